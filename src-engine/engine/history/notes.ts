/** What a trader writes down about an execution or a run. */
import { MAX_NOTES } from '../../contract/note-operations.ts';
import type { Caller, OperationOutput, ParsedInput } from '../../contract/operations.ts';
import { UserError } from '../../domain/errors.ts';
import { countNotes, hasExecution, removeNote, saveNote } from '../../storage/queries/notes.ts';
import type { EngineControls } from '../controls.ts';

/** One after the other, so that two that are written at once cannot exceed the bound together. */
export class NoteDesk {
  readonly #engine: EngineControls;
  #last: Promise<unknown> = Promise.resolve();

  constructor(engine: EngineControls) {
    this.#engine = engine;
  }

  /** @throws UserError for an execution or a run that there is not, and where there are MAX_NOTES. */
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
    if (text === '' && tags.length === 0) {
      await removeNote(database, profile, about, id);
      return { note: null };
    }
    await this.#demandSubject(profile, input);
    const { count, isKnown } = await countNotes(database, profile, about, id);
    if (!isKnown && count >= MAX_NOTES) {
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
      changedUs: clock.nowUs(),
      actor: `${caller.role} via ${caller.via}`,
    };
    await saveNote(database, profile, note);
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
