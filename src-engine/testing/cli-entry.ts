/** What processes of tests start as the command line. */

/** Names it in the environment, for tests and the processes that they start. */
export const CLI_OF_TESTS = 'PARALLAX_TEST_CLI';
/** The bundle that users get, where a build puts it: it takes half as much of a core to load as the sources do. */
export const BUILT_CLI = 'out/main/cli.js';
export const CLI_SOURCES = 'src-engine/entry/cli.ts';

/** The bundle where a run of many has built it (`npm test`, the specs of the window), else the sources. */
export function cliEntry(): string {
  return process.env[CLI_OF_TESTS] ?? CLI_SOURCES;
}
