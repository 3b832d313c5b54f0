/** What a wallet signed, kept in a file of its own before it is sent. One process at a time has it: a session, a watchdog, or `parallax swap`. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../../../domain/errors.ts';
import { withFileLock } from '../../../lib/file-lock.ts';
import { plainText } from '../../../lib/regular-file.ts';
import { objectFrom } from '../../toolkit/json.ts';
import { PRIVATE_FOLDER, syncFolder, writeWhole } from '../../../lib/whole-file.ts';

/** Some 200 orders of up to five transactions, each with what replaced it. */
const MAX_BYTES = 16 * 1024 * 1024;
/** The process before it may take so long to end, at 20 ms a try. */
const LOCK_TRIES = 250;
/** A watchdog waits for no process that is frozen. */
const BESIDE_TRIES = 25;

export function walletFile(folder: string, address: string): string {
  return join(folder, `wallet-${address.toLowerCase()}.json`);
}

export type KeptWallet = {
  readonly record: unknown;
  /** Since when the venue signs with this wallet and this record, in milliseconds since 1970: of what was signed before nothing is known. */
  readonly sinceMs: number;
  /** Another process has it: it was read alone, and nothing can be kept. */
  readonly isBeside?: true;
};

export class RecordKeeper {
  readonly #folder: string;
  readonly #version: string;
  readonly #tries: number;
  #address = '';
  #file = '';
  #isReleased = false;
  #release: () => void = () => undefined;
  /** One record after the other is written. */
  #writing: Promise<unknown> = Promise.resolve();

  /** @param tries at the lock of another process, every 20 ms. */
  constructor(folder: string, version: 'v2' | 'v3', tries: number = LOCK_TRIES) {
    this.#folder = folder;
    this.#version = version;
    this.#tries = tries;
  }

  /**
   * Takes the wallet's file, and reads it. @returns a record that is undefined where nothing was ever signed.
   * @param mayStandBeside where another process has it, it is read alone: for one that cancels.
   * @throws UserError where another process has it, or it cannot be read.
   */
  async open(address: string, mayStandBeside = false): Promise<KeptWallet> {
    const file = walletFile(this.#folder, address);
    await mkdir(dirname(file), { recursive: true, mode: PRIVATE_FOLDER });
    this.#address = address;
    let isTaken = true;
    await this.#lock(file, mayStandBeside ? Math.min(this.#tries, BESIDE_TRIES) : this.#tries).catch(
      (error: unknown) => {
        if (!mayStandBeside || !(error instanceof UserError)) throw error;
        isTaken = false;
      },
    );
    if (isTaken) this.#file = file;
    const text = await plainText(file, MAX_BYTES);
    const record = text === undefined ? undefined : recordOf(file, text);
    // It is replaced at once and whole: what is read is what was kept last.
    if (!isTaken) return { record, sinceMs: 0, isBeside: true };
    return { record, sinceMs: await this.#since(address.toLowerCase(), record === undefined) };
  }

  /** Since when the venue signs with this wallet, and its record is here. */
  async #since(address: string, isNew: boolean): Promise<number> {
    const file = join(this.#folder, `signs-${this.#version}.json`);
    const text = await plainText(file, MAX_BYTES);
    // One that cannot be read is no time: it begins now.
    const { address: before, sinceMs } = objectFrom(text ?? '') ?? {};
    if (!isNew && before === address && typeof sinceMs === 'number') return sinceMs;
    const nowMs = Date.now();
    await writeWhole(file, JSON.stringify({ address, sinceMs: nowMs }));
    await syncFolder(this.#folder);
    return nowMs;
  }

  /** The process that had the record is gone: it can be opened. */
  async isFree(): Promise<boolean> {
    const file = `${walletFile(this.#folder, this.#address)}.lock`;
    return await withFileLock(
      file,
      () => new Error(file),
      () => Promise.resolve(true),
      {
        // The first takes away what a process that is gone has left.
        tries: 2,
        staleMs: Number.POSITIVE_INFINITY,
      },
    ).catch(() => false);
  }

  /** Durable once it resolves. @param record in JSON, as the process said it. @throws the operating system's error. */
  keep(record: string | Uint8Array): Promise<void> {
    const kept = this.#writing.then(async () => {
      if (this.#file === '' || this.#isReleased) throw new Error('no wallet is open');
      await writeWhole(this.#file, record);
      await syncFolder(dirname(this.#file));
    });
    this.#writing = kept.catch(() => undefined);
    return kept;
  }

  /**
   * The process that signs has ended: others may have the file, once what is being written is there. A record that came later would name an order as open
   * that was taken for one that was never signed.
   */
  release(): void {
    this.#isReleased = true;
    void this.#writing.then(() => this.#release());
  }

  #lock(file: string, tries: number): Promise<void> {
    const taken = Promise.withResolvers<void>();
    const over = new Promise<void>((resolve) => {
      this.#release = resolve;
    });
    if (this.#isReleased) this.#release();
    withFileLock(
      `${file}.lock`,
      (lock) =>
        refused(
          file,
          'is in use: another venue, session or command signs with this key, or an engine that is frozen has it',
          `Use a key of its own for each, or wait until the other one has ended. If none uses it, delete ${lock}.`,
        ),
      () => {
        taken.resolve();
        return over;
      },
      { tries, staleMs: Number.POSITIVE_INFINITY },
    ).catch((error: unknown) => taken.reject(error instanceof Error ? error : new Error(String(error))));
    return taken.promise;
  }
}

function refused(value: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'wallet-in-use', field: 'wallet', value, message, remedy });
}

/** @throws UserError for a record that is no JSON. */
function recordOf(file: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refused(
      file,
      'cannot be read: what it holds may be signed',
      'Look on the chain what became of the wallet’s swaps, and move the file away.',
    );
  }
}
