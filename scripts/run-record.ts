/** One line a batch, so that batches can be added up: what was run, at which commit, when, and with which result. */
import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';

/** The commit of the sources, with `+` where they differ from it; empty where that is not known. */
export function commitOfSources(): string {
  const git = (...words: readonly string[]): string | undefined => {
    const { status, stdout } = spawnSync('git', words, { cwd: import.meta.dirname, encoding: 'utf8' });
    return status === 0 ? stdout.trim() : undefined;
  };
  const commit = git('rev-parse', '--short=12', 'HEAD');
  if (commit === undefined) return '';
  return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}+`;
}

/** Adds one line to a file. @throws the operating system's error. */
export function appendRecord(file: string, commit: string, record: object): void {
  appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), commit, ...record })}\n`);
}
