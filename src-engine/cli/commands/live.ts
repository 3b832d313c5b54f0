import type { ArmingStatus, VenueArming } from '../../contract/live-records.ts';
import { unknownVenue } from '../../domain/session-errors.ts';
import { connectEngine, type EngineClient } from '../../gateway/client.ts';
import { DEFAULT_VENUE } from '../../venues/registry.ts';
import { type Command, EXIT_CHECK_FAILED, EXIT_DONE, flagOption, textOption } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const live: Command = {
  name: 'live',
  options: {
    arm: {
      value: '"VENUE NAME"',
      words: 'arms a canary at the venue of this name, typed whole',
      example: DEFAULT_VENUE.title,
      not: ['full', 'disarm'],
    },
    full: {
      value: '"VENUE NAME"',
      words: 'lifts the limits of its canary',
      example: DEFAULT_VENUE.title,
      not: ['disarm'],
    },
    disarm: { words: 'ends live trading at every venue, or at the one that --venue names' },
    venue: {
      value: 'VENUE',
      words: 'the venue by its id, as status shows it',
      usual: 'all of the session',
      example: DEFAULT_VENUE.id,
    },
    ...DATA_DIR_OPTION,
  },
  examples: ['live', `live --arm ${DEFAULT_VENUE.title}`, 'live --disarm'],
  async run(args, output) {
    const arm = textOption(args, 'arm');
    const full = textOption(args, 'full');
    const venue = textOption(args, 'venue');
    const off = flagOption(args, 'disarm');
    const engine = connectEngine(dataDirOf(args), 'command-line');
    if (arm !== undefined) await engine.call('armLive', await named(engine, arm, venue));
    if (full !== undefined) await engine.call('armFully', await named(engine, full, venue));
    if (off) {
      const before = await engine.call('getArming', {});
      const armed = before.venues.filter(
        (one) => one.state !== 'disarmed' && (venue ?? one.venue) === one.venue,
      );
      await engine.call('disarm', venue === undefined ? {} : { venue });
      const names = armed.map(({ title }) => title).join(', ');
      output.note(names === '' ? 'nothing to do: nothing was armed' : `disarmed: ${names}`);
    }
    const answer = await engine.call('getArming', {});
    const shown = answer.venues.filter((one) => venue === undefined || one.venue === venue);
    if (venue !== undefined && answer.isNeeded && shown.length === 0)
      throw unknownVenue(
        '--venue',
        venue,
        answer.venues.map((each) => each.venue),
      );
    output.result(answer, answer.isNeeded ? shown.map((one) => describe(one, answer)).join('\n') : NOTHING);
    return shown.some(({ checklist }) => checklist.some(({ ok }) => !ok)) ? EXIT_CHECK_FAILED : EXIT_DONE;
  },
};

const NOTHING = 'this profile trades no account at a venue: there is nothing to arm';

/** The venue whose name was typed; the engine refuses a name that is none. @param venue id, where it was given. */
async function named(engine: EngineClient, title: string, venue: string | undefined) {
  if (venue !== undefined) return { venue, title };
  const { venues } = await engine.call('getArming', {});
  const found = venues.find((one) => one.title === title) ?? venues[0];
  return { venue: found?.venue ?? '', title };
}

function describe(
  { title, state, reason, canary, watchedFor, checklist }: VenueArming,
  { homeAsset }: ArmingStatus,
): string {
  if (watchedFor !== '') return `${title}: watched without trading (${watchedFor})`;
  const out =
    canary === null
      ? []
      : [
          `  canary: ${canary.completed} of ${canary.neededCycles} cycles, ${canary.result} ${homeAsset}, may lose ${canary.budget}`,
        ];
  const items = checklist.map(({ ok, label, detail, remedy }) =>
    ok ? `  [x] ${label}: ${detail}` : `  [ ] ${label}: ${detail}. ${remedy}`,
  );
  return [`${title}: ${state} (${reason})`, ...out, ...items].join('\n');
}
