/** Forks the processes of a tick to wire and asks them, one question at a time. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PATIENCE_MS = 120_000;

/** A forked script that answers each message with one of its own. */
export class Forked {
  readonly #name: string;
  readonly #child: ChildProcess;
  #noise = '';

  /** @param options as the script's one argument. */
  constructor(script: string, options: object) {
    this.#name = script;
    const path = fileURLToPath(new URL(script, import.meta.url));
    this.#child = fork(path, [JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#noise = (this.#noise + chunk.toString('utf8')).slice(-4_000);
    });
  }

  /** The next message. @throws Error with what it wrote last, when it ends or says nothing. */
  answer(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const end = (run: () => void): void => {
        clearTimeout(timer);
        this.#child.off('message', onMessage).off('exit', onExit);
        run();
      };
      const fail = (why: string): void =>
        end(() => reject(new Error(`${this.#name} ${why}: ${this.#noise}`)));
      const onMessage = (message: unknown): void => end(() => resolve(message));
      const onExit = (code: number | null): void => fail(`ended with ${code}`);
      const timer = setTimeout(() => fail(`said nothing for ${PATIENCE_MS} ms`), PATIENCE_MS);
      this.#child.once('message', onMessage).once('exit', onExit);
    });
  }

  ask(question: object): Promise<unknown> {
    const answer = this.answer();
    this.#child.send(question);
    return answer;
  }

  /** Asks the process to end, by `question` or by closing its channel, and kills it where it has not ended after 10 s. */
  async stop(question?: object): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    if (question === undefined) this.#child.disconnect();
    else this.#child.send(question);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
  }
}
