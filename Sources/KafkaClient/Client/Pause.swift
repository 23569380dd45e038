internal import Glibc

/// Sleeps; on threads of our own only.
func pause(_ duration: Duration) { usleep(UInt32(clamping: duration.nanoseconds / 1000)) }
