/**
 * Puts a progress line under the output of programs: in a terminal redrawn in place, in a log a line of its own at most
 * every half minute. Output goes through here, so that the two never mix within a line.
 */

/** In a log. */
const LOG_EVERY_MS = 30_000;
const CLEAR = '\r\u001B[2K';

export type Screen = {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width of the terminal in letters. */
  columns(): number;
};

export class ProgressLine {
  readonly #screen: Screen;
  readonly #line: () => string;
  readonly #nowMs: () => number;
  #toldMs: number;
  #isShown = false;
  /** The output stands at the beginning of a line. */
  #isAtStart = true;

  constructor(screen: Screen, line: () => string, nowMs: () => number) {
    this.#screen = screen;
    this.#line = line;
    this.#nowMs = nowMs;
    this.#toldMs = nowMs();
  }

  /** Passes output on. */
  write(text: string): void {
    if (text === '') return;
    this.clear();
    this.#screen.write(text);
    this.#isAtStart = text.endsWith('\n');
    this.#draw();
  }

  /** To be called about once a second. */
  tick(): void {
    if (this.#screen.isTerminal) {
      this.clear();
      this.#draw();
      return;
    }
    if (!this.#isAtStart || this.#nowMs() - this.#toldMs < LOG_EVERY_MS) return;
    this.#toldMs = this.#nowMs();
    this.#screen.write(`… ${this.#line()}\n`);
  }

  /** Takes the line off the terminal. */
  clear(): void {
    if (this.#isShown) this.#screen.write(CLEAR);
    this.#isShown = false;
  }

  #draw(): void {
    if (!this.#screen.isTerminal || !this.#isAtStart) return;
    const text = `… ${this.#line()}`;
    // A line that wraps could not be taken off again.
    this.#screen.write(text.slice(0, Math.max(1, this.#screen.columns() - 1)));
    this.#isShown = true;
  }
}
