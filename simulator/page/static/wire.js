/** The WebSocket: every event once and in order, whatever happens to the connection. */

const FIRST_WAIT = 300; // milliseconds before the first new try
const LONGEST_WAIT = 5000;
const CONTROLS = new Set(["clock", "fault", "restart", "reset"]); // not asked again: the answer may have been lost alone

/** Connects, reconnects and numbers. `onEvent(event)` sees each numbered event once. */
export class Wire {
  #socket = null;
  #wait = FIRST_WAIT;
  #reference = 0;
  #waiting = new Map();
  session = null;
  seen = 0;

  constructor({ onHello, onEvent, onState }) {
    this.onHello = onHello;
    this.onEvent = onEvent;
    this.onState = onState;
  }

  connect() {
    const address = new URL(`/ws?since=${this.seen}`, location.href);
    if (this.session) address.searchParams.set("session", this.session);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#receive(JSON.parse(data)));
    socket.addEventListener("close", () => this.#lost(socket));
  }

  /**
   * Ask the server to do something; resolves when it says done, rejects with its words when it refuses.
   * What a person did is asked again where the connection went before the answer came; the server does it once.
   */
  do(asked) {
    const ref = String(++this.#reference);
    const act = CONTROLS.has(asked.do) ? { ...asked, ref } : { ...asked, ref, once: crypto.randomUUID() };
    return new Promise((resolve, reject) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) {
        reject(new Error("offline"));
        return;
      }
      this.#waiting.set(ref, { resolve, reject, act });
      this.#socket.send(JSON.stringify(act));
    });
  }

  #receive(event) {
    if (event.kind === "hello") {
      this.#wait = FIRST_WAIT;
      this.onState(true);
      const fresh = event.session !== this.session;
      if (fresh) this.seen = 0;
      this.session = event.session;
      this.onHello(event, fresh);
      if (fresh) this.#giveUp(() => true);
      else for (const { act } of this.#waiting.values()) this.#socket.send(JSON.stringify(act));
    } else if (event.kind === "done") {
      this.#settle(event);
    } else if (event.seq === undefined || event.seq > this.seen) {
      this.seen = event.seq ?? this.seen;
      this.onEvent(event);
    }
  }

  #settle({ ref, error, ...rest }) {
    const waiting = this.#waiting.get(String(ref));
    if (!waiting) return;
    this.#waiting.delete(String(ref));
    if (error) waiting.reject(new Error(error));
    else waiting.resolve(rest);
  }

  #lost(socket) {
    if (socket !== this.#socket) return;
    this.onState(false);
    this.#giveUp((act) => act.once === undefined);
    setTimeout(() => this.connect(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }
  #giveUp(which) {
    for (const [ref, { reject, act }] of this.#waiting) {
      if (!which(act)) continue;
      this.#waiting.delete(ref);
      reject(new Error("offline"));
    }
  }
}
