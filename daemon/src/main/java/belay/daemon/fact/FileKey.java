package belay.daemon.fact;

import belay.daemon.libc.FileStatus.Device;

/**
 * A file's identity while it exists.
 *
 * @param device of its file system; for a block device its own
 * @param inode -1 for a block device
 */
record FileKey(Device device, long inode) {}
