"""The trajectory API: a server that takes groups from environments and hands batches to trainers."""
