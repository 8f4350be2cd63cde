"""The evidence log: what was recorded, sealed into a Merkle tree that outsiders can check (C2SP, RFC 6962)."""
