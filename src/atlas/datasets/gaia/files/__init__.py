"""Attachments as bytes: equal content gives equal bytes, on every machine and with every version of a library."""
