/** What the page itself says, in Chinese and English. What the bot says comes from the bot. */

const WORDS = {
  app: ["伴学 · 模拟器", "Banxue · simulator"],
  people: ["人物", "People"],
  chats: ["会话", "Chats"],
  chatsOf: ["{name} 的会话", "Chats of {name}"],
  bot: ["机器人", "bot"],
  group: ["群组", "group"],
  forum: ["话题群", "forum"],
  members: ["{n} 位成员", "{n} members"],
  as: ["身份:{name}", "as {name}"],
  privateTitle: ["伴学机器人", "Banxue bot"],
  general: ["综合", "General"],
  threads: ["话题", "Topics"],
  nothingYet: ["还没有消息", "No messages yet"],
  start: ["开始", "START"],
  pickChat: ["选一个会话", "Select a chat"],
  back: ["返回", "Back"],
  aside: ["并排再开一人", "Open another person beside"],
  closePane: ["关闭此栏", "Close this pane"],
  pane: ["{person} 看到的:{chat}", "{chat} as {person} sees it"],
  messages: ["消息", "Messages"],
  conversation: ["对话", "Conversation"],
  toBottom: ["到最新消息", "To the latest message"],
  message: ["消息", "Message"],
  messageIn: ["写消息", "Write a message"],
  send: ["发送", "Send"],
  save: ["保存", "Save"],
  attach: ["附件", "Attach"],
  photo: ["照片", "Photo"],
  document: ["文件", "File"],
  voice: ["语音", "Voice"],
  voiceFile: ["语音文件", "Voice file"],
  video: ["视频", "Video"],
  audio: ["音频", "Audio"],
  sticker: ["贴纸", "Sticker"],
  poll: ["投票", "Poll"],
  quiz: ["测验", "Quiz"],
  anonymousPoll: ["匿名投票", "Anonymous poll"],
  finalResults: ["最终结果", "Final results"],
  votes: ["{n} 票", "{n} votes"],
  vote: ["投票", "Vote"],
  chosen: ["已选", "chosen"],
  record: ["录语音", "Record a voice note"],
  stopRecording: ["停止并发送", "Stop and send"],
  noMicrophone: ["没有可用的麦克风,可改发语音文件。", "No microphone here; send a voice file instead."],
  play: ["播放", "Play"],
  pausePlaying: ["暂停播放", "Pause playing"],
  download: ["下载 {name}", "Download {name}"],
  openPhoto: ["查看照片", "Open the photo"],
  showKeyboard: ["显示按钮键盘", "Show the keyboard of buttons"],
  hideKeyboard: ["收起按钮键盘", "Hide the keyboard of buttons"],
  replyKeyboard: ["按钮键盘", "Keyboard of buttons"],
  commands: ["命令", "Commands"],
  menu: ["菜单", "Menu"],
  actions: ["消息操作", "Message actions"],
  reply: ["回复", "Reply"],
  replyTo: ["回复 {name}", "Reply to {name}"],
  cancelReply: ["取消回复", "Cancel the reply"],
  cancelEdit: ["取消修改", "Cancel the edit"],
  edit: ["修改", "Edit"],
  editing: ["修改消息", "Edit message"],
  edited: ["已编辑", "edited"],
  copied: ["已复制", "Copied"],
  copy: ["复制文字", "Copy text"],
  delete: ["删除", "Delete"],
  react: ["回应 {emoji}", "React {emoji}"],
  reactions: ["回应", "Reactions"],
  pinned: ["置顶消息", "Pinned message"],
  deletedMessage: ["已删除的消息", "Deleted message"],
  onlyYou: ["仅您可见", "Only you see this"],
  opensLink: ["打开链接", "opens a link"],
  typing: ["正在输入…", "typing…"],
  connecting: ["连接中…", "Connecting…"],
  ok: ["好", "OK"],
  close: ["关闭", "Close"],
  blockBot: ["停用机器人", "Stop and block the bot"],
  unblockBot: ["重新启用机器人", "Unblock the bot"],
  chatMenu: ["会话选项", "Chat options"],
  unread: ["{n} 条未读", "{n} unread"],
  today: ["今天", "Today"],
  yesterday: ["昨天", "Yesterday"],
  clock: ["时钟", "Clock"],
  calendar: ["模拟时间", "Simulated time"],
  pause: ["暂停", "Pause"],
  run: ["走动", "Run"],
  x60: ["60 倍速", "60× speed"],
  hour: ["+1 小时", "+1 hour"],
  day: ["+1 天", "+1 day"],
  hourShort: ["+1时", "+1 h"],
  dayShort: ["+1天", "+1 d"],
  toDue: ["到下一件事", "Next due"],
  paused: ["已暂停", "paused"],
  running: ["正常走动", "running"],
  fast: ["60 倍速", "60× speed"],
  drawer: ["后台", "Behind the scenes"],
  due: ["将要发生", "Coming up"],
  nothingDue: ["没有待办的推送", "Nothing is due"],
  calls: ["Bot API 调用", "Bot API calls"],
  callsNone: ["还没有调用", "No calls yet"],
  clear: ["清空", "Clear"],
  filter: ["筛选方法", "Filter by method"],
  parameters: ["参数", "Parameters"],
  answer: ["回答", "Answer"],
  unknownMethod: ["没有这个方法(404)", "no such method (404)"],
  faults: ["故障", "Faults"],
  faultsHint: [
    "限流和网络慢:一段时间里打到每次调用。5xx 和断线:打到机器人发的下一条文字消息。",
    "429 and a slow network hit every call for a while; a 5xx or a drop hits the bot's next text message.",
  ],
  seconds: ["秒数", "Seconds"],
  fault_too_many: ["429 限流", "429 too many requests"],
  fault_slow: ["网络慢", "Slow network"],
  fault_server_error: ["5xx 错误", "5xx error"],
  fault_drop_before: ["受理前断线", "Drop before accepting"],
  fault_drop_after: ["受理后断线", "Drop after accepting"],
  fault_migrate: ["群升级换号", "Migrate the group"],
  fault_block: ["{name} 停用机器人", "{name} blocks the bot"],
  restart: ["重启机器人进程", "Restart the bot process"],
  reset: ["全部重来", "Reset everything"],
  resetAsk: ["要丢掉所有消息并恢复最初的数据吗?", "Throw away every message and bring back the first data?"],
  cancel: ["取消", "Cancel"],
  pending: ["待发生 {n}", "{n} waiting"],
  lasting: ["还有 {n} 秒,再按即止", "{n} s left; press again to end"],
  light: ["浅色", "Light theme"],
  dark: ["深色", "Dark theme"],
  language: ["English", "中文"],
  switchLanguage: ["切换到英文", "Switch to Chinese"],
  emptySearch: ["没有匹配的命令", "No such command"],
  failed: ["没有做成:{why}", "That did not work: {why}"],
  role_newcomer: ["新同志", "Newcomer"],
  role_member: ["党员", "Member"],
  role_group_leader: ["党小组组长", "Group leader"],
  role_secretary: ["支部书记", "Secretary"],
  role_coordinator: ["联络员", "Coordinator"],
  role_administrator: ["管理员", "Administrator"],
};

const SAVED = "banxue-language";
let language = localStorage.getItem(SAVED);

/** The page's language: what the visitor chose, else what the server speaks. */
export function currentLanguage() {
  return language ?? "zh";
}

export function speak(locale) {
  language ??= locale;
  document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
}

/** Change the language for good; the caller draws the page again. */
export function switchLanguage() {
  language = currentLanguage() === "zh" ? "en" : "zh";
  localStorage.setItem(SAVED, language);
}

/** The words for a key, with `{name}` filled in. */
export function t(key, values = {}) {
  const pair = WORDS[key];
  if (!pair) return key;
  const text = pair[currentLanguage() === "zh" ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** A role as people say it; one the page does not know is shown as it came. */
export function roleName(role) {
  return WORDS[`role_${role}`] ? t(`role_${role}`) : role;
}

let zone = "Asia/Shanghai";
let formats = {};

/** Times are shown on the organisation's clock, wherever the browser stands. */
export function useZone(name) {
  if (name) zone = name;
  formats = {};
}

function format(name, options) {
  const key = `${name}-${currentLanguage()}`;
  formats[key] ??= new Intl.DateTimeFormat(currentLanguage() === "zh" ? "zh-CN" : "en-GB", { timeZone: zone, ...options });
  return formats[key];
}

export const hourMinute = (date) => format("time", { hour: "2-digit", minute: "2-digit", hour12: false }).format(date);
export const dayOf = (date) => format("key", { year: "numeric", month: "2-digit", day: "2-digit" }).format(date);
export const dayTitle = (date) => format("day", { month: "long", day: "numeric" }).format(date);
export const shortDay = (date) => format("short", { month: "numeric", day: "numeric" }).format(date);
export const fullMoment = (date) =>
  format("full", { year: "numeric", month: "numeric", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false }).format(date);
export const dayAndTime = (date) =>
  format("daytime", { month: "numeric", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false }).format(date);
