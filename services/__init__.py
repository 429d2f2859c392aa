"""What the product does: one plain function per act, the transaction first."""
