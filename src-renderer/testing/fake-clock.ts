/** The made-up engine's time, in µs since 1970. */
export function nowUs(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000);
}
