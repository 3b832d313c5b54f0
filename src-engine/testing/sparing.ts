/**
 * Options of Node for processes of tests. Several of them share few cores: a collection of garbage that calls other threads to help takes
 * more of a core in all than one that does not, and a start makes so many short-lived objects that young ones need room from the first.
 * Measured over test files with engines of their own: a fifth fewer seconds of a core. What a test may see stays the same.
 */
export const SPARING = [
  '--single-threaded-gc',
  '--min-semi-space-size=16',
  '--max-semi-space-size=32',
] as const;
