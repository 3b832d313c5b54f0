/**
 * The models of a data folder: `models/NAME/SHA256/model.json` and `manifest.json`, and every step in a list whose lines are chained by hashes. The last line
 * says which is champion, challenger and previous; `aliases.json` is a copy of that. One process at a time takes a step. A model is read by its hash, its bounds
 * and its stored answers, each time. Nothing is promoted by itself.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../domain/errors.ts';
import { withFileLock } from '../lib/file-lock.ts';
import { plainText } from '../lib/regular-file.ts';
import { partOf, PRIVATE_FILE, PRIVATE_FOLDER, writeWhole } from '../lib/whole-file.ts';
import { isStricter } from './gates.ts';
import { MAX_MODEL_BYTES, type ModelFile, modelText, parseModel } from './model-file.ts';
import { onnxFileFault, withoutFile, writeOnnxFile } from './onnx-file.ts';
import { ONNX_FILE } from './onnx-predictor.ts';
import { demandNameOf } from './scorer-names.ts';
import { MODEL_NAME } from './training-spec.ts';

const SHA = z.string().regex(/^[0-9a-f]{64}$/);
const ALIASES = z.strictObject({
  champion: SHA.nullable(),
  challenger: SHA.nullable(),
  previous: SHA.nullable(),
});
const EVENT = z.strictObject({
  at: z.string(),
  action: z.enum(['register', 'promote', 'rollback']),
  sha256: SHA,
  why: z.string().max(500),
  before: z.string(),
  /** What holds after the step; absent in lists of an older version. */
  aliases: ALIASES.optional(),
  /** SHA-256 of the manifest that was stored in this step, by which the gates of a promotion know that it was not altered. */
  record: SHA.optional(),
  hash: SHA,
});
export type Aliases = z.infer<typeof ALIASES>;
export type ModelEvent = z.infer<typeof EVENT>;

const NONE: Aliases = { champion: null, challenger: null, previous: null };
const FIRST = '0'.repeat(64);
const MAX_MANIFEST_BYTES = 1_000_000;
const MAX_LEDGER_BYTES = 16 * 1024 * 1024;

export type Registered = {
  readonly name: string;
  readonly sha256: string;
  readonly file: string;
  readonly aliases: Aliases;
  readonly isNew: boolean;
};

export class ModelRegistry {
  readonly folder: string;
  readonly #now: () => string;

  /** @param now the time as text, for the list of steps. */
  constructor(dataDir: string, now: () => string) {
    this.folder = join(dataDir, 'models');
    this.#now = now;
  }

  /**
   * Stores the model where it is new and makes it the challenger. @param record of its training or import, for people. @param onnx the file of an ONNX model.
   */
  async register(name: string, model: ModelFile, record: object, onnx?: Uint8Array): Promise<Registered> {
    demandNameOf(demandName(name), model.scorer?.profile);
    const text = modelText(model);
    // What cannot be read again is not stored.
    parseModel(text, name);
    const sha256 = sha256Of(text);
    const folder = join(this.folder, name, sha256);
    const file = join(folder, 'model.json');
    if (onnx === undefined && (await onnxFileFault(folder, model.predictor)) !== undefined)
      throw withoutFile(name);
    await mkdir(join(this.folder, name), { recursive: true, mode: PRIVATE_FOLDER });
    const manifest = `${JSON.stringify({ name, sha256, ...record }, undefined, 2)}\n`;
    return this.#alone(name, async () => {
      const isThere = existsSync(file);
      // What is there may be damaged: it is replaced then.
      const isSame =
        isThere &&
        (await plainText(file, MAX_MODEL_BYTES).catch(() => undefined)) === text &&
        (await onnxFileFault(folder, model.predictor)) === undefined;
      const stored = isSame ? await this.record(name, sha256) : undefined;
      const isHarder = stored !== undefined && isStricter(record, stored);
      const isWhole = stored !== undefined && !isHarder;
      if (!isWhole) await this.#store(folder, text, manifest, onnx);
      const aliases = await this.aliases(name);
      const next = { ...aliases, challenger: aliases.champion === sha256 ? aliases.challenger : sha256 };
      if (!isWhole || next.challenger !== aliases.challenger) {
        const why = !isThere
          ? 'trained or imported'
          : isWhole
            ? 'trained or imported again'
            : isHarder
              ? 'judged again, at higher costs or with what an older version left out'
              : `stored again: its ${isSame ? 'record was altered or is of an older version' : 'file was damaged'}`;
        await this.#step(name, 'register', sha256, next, why, isWhole ? undefined : sha256Of(manifest));
      }
      return { name, sha256, file, aliases: next, isNew: !isSame };
    });
  }

  /** What its training recorded, as it was stored; undefined where that was altered since, or is not in the list of steps. */
  async record(name: string, sha256: string): Promise<unknown> {
    const events = await this.events(name);
    const stored = events.findLast((event) => event.sha256 === sha256 && event.record !== undefined);
    if (stored === undefined) return undefined;
    const path = join(this.folder, name, sha256, 'manifest.json');
    const text = await plainText(path, MAX_MANIFEST_BYTES).catch(() => undefined);
    if (text === undefined || sha256Of(text) !== stored.record) return undefined;
    return JSON.parse(text) as unknown;
  }

  /** @param which as `load` takes it. @throws UserError as that does, and looks at no file of the model. */
  find(name: string, which: string): Promise<string> {
    return this.#find(name, which);
  }

  async #store(folder: string, text: string, manifest: string, onnx?: Uint8Array): Promise<void> {
    if (existsSync(folder)) {
      await writeOnnxFile(folder, onnx);
      await writeWhole(join(folder, 'model.json'), text);
      await writeWhole(join(folder, 'manifest.json'), manifest);
      return;
    }
    const part = partOf(folder);
    await mkdir(part, { mode: PRIVATE_FOLDER });
    try {
      await writeOnnxFile(part, onnx);
      await writeWhole(join(part, 'model.json'), text);
      await writeWhole(join(part, 'manifest.json'), manifest);
      await rename(part, folder);
    } catch (error) {
      await rm(part, { recursive: true, force: true });
      throw error;
    }
  }

  async names(): Promise<readonly string[]> {
    const entries = await readdir(this.folder, { withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isDirectory() && MODEL_NAME.test(entry.name))
      .map(({ name }) => name)
      .sort();
  }

  async versions(name: string): Promise<readonly string[]> {
    const entries = await readdir(join(this.folder, demandName(name)), { withFileTypes: true }).catch(
      () => [],
    );
    return entries
      .filter((entry) => entry.isDirectory() && SHA.safeParse(entry.name).success)
      .map((entry) => entry.name)
      .sort();
  }

  /** Of the last step; of a list of an older version, what is beside it. */
  async aliases(name: string): Promise<Aliases> {
    const last = (await this.events(name)).at(-1);
    return last?.aliases ?? (await this.#copiedAliases(name));
  }

  /** @throws UserError where the list was altered, or the copy of its aliases. What a crash between both leaves is no fault: the list holds. */
  async verifySteps(name: string): Promise<void> {
    const events = await this.events(name);
    const copied = JSON.stringify(await this.#copiedAliases(name));
    const fits = [events.at(-1), events.at(-2)].map((event) => JSON.stringify(event?.aliases ?? NONE));
    if (events.at(-1)?.aliases !== undefined && !fits.includes(copied))
      throw damaged(
        join(this.folder, name, 'aliases.json'),
        'says something else than the list of steps, which holds',
        'The next step writes it again.',
      );
  }

  async #copiedAliases(name: string): Promise<Aliases> {
    const path = join(this.folder, demandName(name), 'aliases.json');
    const text = await plainText(path, 10_000);
    if (text === undefined) return NONE;
    try {
      return ALIASES.parse(JSON.parse(text));
    } catch {
      throw damaged(path, 'is damaged');
    }
  }

  /** @param which an alias, a hash or its beginning. @throws UserError for none, several, another hash than its name, or a model that is none. */
  async load(
    name: string,
    which = 'champion',
    maxBytes = MAX_MODEL_BYTES,
  ): Promise<{ readonly model: ModelFile; readonly sha256: string; readonly manifest: unknown }> {
    const sha256 = await this.#find(name, which);
    const folder = join(this.folder, name, sha256);
    const path = join(folder, 'model.json');
    const text = await plainText(path, maxBytes);
    if (text === undefined) throw damaged(path, 'does not exist');
    const found = sha256Of(text);
    if (found !== sha256) throw damaged(path, `was altered: its content has the SHA-256 ${found}`);
    const manifest = await this.manifest(name, sha256);
    const model = parseModel(text, `${name} ${sha256.slice(0, 12)}`);
    const fault = await onnxFileFault(folder, model.predictor);
    if (fault !== undefined) throw damaged(join(folder, ONNX_FILE), fault);
    return { model, sha256, manifest };
  }

  /** What was stored with a version for people; null where that is missing or no JSON. Nothing is decided by it. */
  async manifest(name: string, sha256: string): Promise<unknown> {
    const path = join(this.folder, demandName(name), sha256, 'manifest.json');
    try {
      return JSON.parse((await plainText(path, MAX_MANIFEST_BYTES)) ?? 'null') as unknown;
    } catch {
      return null;
    }
  }

  /** The challenger, or another version, becomes champion. It is verified first. */
  async promote(name: string, which: string, why: string): Promise<Aliases> {
    await this.#demandVersions(name);
    return this.#alone(name, async () => {
      const { sha256 } = await this.load(name, which);
      const aliases = await this.aliases(name);
      if (aliases.champion === sha256) throw refuse('is the champion already', name, which);
      const next = {
        champion: sha256,
        challenger: aliases.challenger === sha256 ? null : aliases.challenger,
        previous: aliases.champion,
      };
      await this.#step(name, 'promote', sha256, next, why);
      return next;
    });
  }

  /** The champion before is champion again, in one step; the other one becomes the challenger. */
  async rollback(name: string, why: string): Promise<Aliases> {
    await this.#demandVersions(name);
    return this.#alone(name, async () => {
      const aliases = await this.aliases(name);
      if (aliases.previous === null) throw refuse('has no champion before this one', name, name);
      const { sha256 } = await this.load(name, aliases.previous);
      const next = { champion: sha256, challenger: aliases.champion, previous: null };
      await this.#step(name, 'rollback', sha256, next, why);
      return next;
    });
  }

  /** Every step, oldest first. @throws UserError that names the first line that was changed, added or is missing. */
  async events(name: string): Promise<readonly ModelEvent[]> {
    const path = join(this.folder, demandName(name), 'events.jsonl');
    const text = (await plainText(path, MAX_LEDGER_BYTES)) ?? '';
    const events: ModelEvent[] = [];
    // A line without an end is a step that a crash broke off, or one that is being written: it does not hold.
    for (const [at, line] of text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .entries()) {
      if (line === '') continue;
      let event: ModelEvent;
      try {
        event = EVENT.parse(JSON.parse(line));
      } catch {
        throw damaged(path, `has a line ${at + 1} that is damaged`);
      }
      const { hash, ...content } = event;
      if (event.before !== (events.at(-1)?.hash ?? FIRST) || hashOf(content) !== hash)
        throw damaged(path, `was altered at line ${at + 1}`);
      events.push(event);
    }
    return events;
  }

  #alone<Answer>(name: string, step: () => Promise<Answer>): Promise<Answer> {
    const busy = (path: string): UserError =>
      new UserError({
        code: 'model-busy',
        field: 'model',
        value: name,
        message: 'is being changed by another process',
        remedy: `Try again later; if there is none, remove ${path}.`,
      });
    return withFileLock(join(this.folder, name, 'steps.lock'), busy, step);
  }

  /** Under the lock. The step holds once its line is whole on the disk; a line that a crash broke off is cut before. */
  async #step(
    name: string,
    action: ModelEvent['action'],
    sha256: string,
    aliases: Aliases,
    why: string,
    record?: string,
  ): Promise<void> {
    const folder = join(this.folder, name);
    const events = await this.events(name);
    const content = {
      at: this.#now(),
      action,
      sha256,
      why: why.slice(0, 500),
      before: events.at(-1)?.hash ?? FIRST,
      aliases,
      ...(record === undefined ? {} : { record }),
    };
    const path = join(folder, 'events.jsonl');
    const known = Buffer.from((await plainText(path, MAX_LEDGER_BYTES)) ?? '');
    const handle = await open(path, 'a', PRIVATE_FILE);
    try {
      const whole = known.lastIndexOf('\n') + 1;
      if (whole < known.length) await handle.truncate(whole);
      await handle.appendFile(`${JSON.stringify({ ...content, hash: hashOf(content) })}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await writeWhole(join(folder, 'aliases.json'), `${JSON.stringify(aliases)}\n`);
  }

  async #demandVersions(name: string): Promise<readonly string[]> {
    const versions = await this.versions(name);
    if (versions.length > 0) return versions;
    const names = await this.names();
    throw new UserError({
      code: 'no-model',
      field: 'NAME',
      value: name,
      message: names.includes(name) ? 'has no version: its folder holds none' : 'is no model',
      remedy: names.length === 0 ? 'Train or import one.' : `There are ${names.join(', ')}.`,
    });
  }

  async #find(name: string, which: string): Promise<string> {
    const versions = await this.#demandVersions(name);
    if (which === 'champion' || which === 'challenger' || which === 'previous') {
      const aliases = await this.aliases(name);
      const found = aliases[which];
      if (found !== null) return found;
      throw refuse(`has no ${which}`, name, name);
    }
    const found = versions.filter((version) => version.startsWith(which));
    if (found.length === 1 && which.length >= 4) return found[0] as string;
    throw refuse(
      found.length > 1 ? 'begins several versions' : `is no version of ${name}`,
      name,
      which,
      `Choose champion, challenger, previous, or one of ${versions.map((each) => each.slice(0, 12)).join(', ')}.`,
    );
  }
}

function hashOf({ at, action, sha256, why, before, aliases, record }: Omit<ModelEvent, 'hash'>): string {
  const { champion, challenger, previous } = aliases ?? NONE;
  const after = aliases === undefined ? [] : [champion, challenger, previous];
  const kept = record === undefined ? [] : [record];
  return sha256Of(JSON.stringify([at, action, sha256, why, before, ...after, ...kept]));
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function demandName(name: string): string {
  if (MODEL_NAME.test(name) && name.length <= 60) return name;
  throw refuse(
    'is not a name of a model',
    name,
    name,
    'Write lower case with hyphens, such as eth-logistic.',
  );
}

function refuse(
  message: string,
  name: string,
  value: string,
  remedy = `"model show ${name}" names its versions.`,
): UserError {
  return new UserError({ code: 'bad-model-name', field: 'model', value, message, remedy });
}

function damaged(
  field: string,
  message: string,
  remedy = 'Restore it from a backup, or train the model again.',
): UserError {
  return new UserError({
    code: 'model-damaged',
    field,
    message,
    remedy,
  });
}
