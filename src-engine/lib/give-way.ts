/** Threads and processes that give way to others. */
import { getPriority, setPriority } from 'node:os';

/**
 * Lowers the priority of this thread, or of a process, to `priority` as `os.setPriority` counts it: 1 to 19, more gives way
 * more. What was started lower stays there: only an administrator may raise a priority, and asking for it throws.
 * @param pid 0: this thread on Linux, this process elsewhere.
 */
export function giveWay(priority: number, pid = 0): void {
  if (getPriority(pid) < priority) setPriority(pid, priority);
}
