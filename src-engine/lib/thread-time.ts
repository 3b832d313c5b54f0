/**
 * Processor time of this thread so far, in µs: what a call cost, whoever else had the processor meanwhile. Some systems count it in steps of milliseconds; a mean over calls is right there as well.
 * Where the platform does not count it, the time that passes.
 */
export function threadTimeUs(): number {
  if (typeof process.threadCpuUsage !== 'function') return performance.now() * 1_000;
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
