/** What a trader writes down about an execution or a run. */
import { MAX_NOTES, type Note } from '../../contract/note-operations.ts';
import type { Caller, OperationOutput, ParsedInput } from '../../contract/operations.ts';
import { UserError } from '../../domain/errors.ts';
import { formatTimeUs } from '../../domain/time.ts';
import { countNotes, findNote, hasExecution, removeNote, saveNote } from '../../storage/queries/notes.ts';
import type { EngineControls } from '../controls.ts';

/** One after the other, so that two that are written at once neither exceed the bound together nor replace each other unseen. */
export class NoteDesk {
  readonly #engine: EngineControls;
  readonly #startedUs: number;
  #changes = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(engine: EngineControls) {
    this.#engine = engine;
    this.#startedUs = engine.clock.nowUs();
  }

  /** Differs after each change, in each profile, and of each engine: other programs write notes as well. */
  get revision(): string {
    return `${this.#startedUs} ${this.#engine.profile ?? ''} ${this.#changes}`;
  }

  /** @throws UserError for an execution or a run that there is not, where there are MAX_NOTES, and for a note that was changed meanwhile. */
  set(input: ParsedInput<'setNote'>, caller: Caller): Promise<OperationOutput<'setNote'>> {
    const written = this.#last.then(() => this.#set(input, caller));
    this.#last = written.catch(() => undefined);
    return written;
  }

  async #set(input: ParsedInput<'setNote'>, caller: Caller): Promise<OperationOutput<'setNote'>> {
    const { database, clock } = this.#engine;
    const { about, id, text } = input;
    const profile = this.#profile();
    const tags = [...new Set(input.tags)].sort();
    const before = await findNote(database, profile, about, id);
    if (input.basedOnUs !== undefined) demandUnchanged(before, input.basedOnUs, id);
    if (text === '' && tags.length === 0) {
      await removeNote(database, profile, about, id);
      this.#changes++;
      return { note: null };
    }
    await this.#demandSubject(profile, input);
    const count = await countNotes(database, profile, about);
    if (before === undefined && count >= MAX_NOTES) {
      throw new UserError({
        code: 'too-many-notes',
        field: 'notes',
        value: String(count),
        message: `are all that a profile keeps (${MAX_NOTES})`,
        remedy: 'Remove one that you need no more.',
      });
    }
    const note = {
      about,
      id,
      text,
      tags,
      // A clock that was set back must not give a changed note the time of the one before.
      changedUs: Math.max(clock.nowUs(), (before?.changedUs ?? 0) + 1),
      actor: `${caller.role} via ${caller.via}`,
    };
    await saveNote(database, profile, note);
    this.#changes++;
    return { note };
  }

  #profile(): string {
    const { profile } = this.#engine;
    if (profile !== undefined) return profile;
    throw new UserError({
      code: 'no-session',
      field: 'profile',
      message: 'is not chosen yet',
      remedy: 'Choose a profile first: executions and the notes on them are kept by profile.',
    });
  }

  async #demandSubject(profile: string, { about, id }: ParsedInput<'setNote'>): Promise<void> {
    if (about === 'run') {
      if (this.#engine.lab.hasRun(id)) return;
    } else {
      // What has just ended is on its way into the database.
      await this.#engine.session?.parts.runner.settled();
      if (await hasExecution(this.#engine.database, profile, id)) return;
    }
    throw new UserError({
      code: `unknown-${about}`,
      field: 'id',
      value: id,
      message: about === 'run' ? 'is no stored run' : 'is no execution of this profile',
      remedy: about === 'run' ? 'Take one from listRuns.' : 'Take one from listExecutions.',
    });
  }
}

/** @throws UserError where the note is another than the one that was read. */
function demandUnchanged(before: Note | undefined, basedOnUs: number | null, id: string): void {
  if ((before?.changedUs ?? null) === basedOnUs) return;
  throw new UserError({
    code: 'note-changed',
    field: 'basedOnUs',
    value: basedOnUs === null ? 'none' : String(basedOnUs),
    message:
      before === undefined
        ? `is not the note on ${id}: it was removed meanwhile`
        : `is not the note on ${id}: ${before.actor} wrote another at ${formatTimeUs(before.changedUs)}`,
    remedy: 'Read it with listNotes, and write both together on its changedUs.',
  });
}
