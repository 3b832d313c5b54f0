/** How the person who reads a hint starts the command line: hints name a command that exists where they are read. */

/** `parallax`, or through npm in a folder of sources where it was started so. */
export function invocation(env: NodeJS.ProcessEnv = process.env): string {
  const isScript = ['parallax', 'start'].includes(env['npm_lifecycle_event'] ?? '');
  return isScript ? 'npm run -s parallax --' : 'parallax';
}
