import { type GoLiveView, goLiveStep, type VenueGoLive } from '../../contract/go-live-operations.ts';
import { UserError } from '../../domain/errors.ts';
import { formatTimeUs } from '../../domain/time.ts';
import { unknownVenue } from '../../domain/session-errors.ts';
import { connectEngine } from '../../gateway/client.ts';
import { DEFAULT_VENUE } from '../../venues/registry.ts';
import { type Command, EXIT_CHECK_FAILED, EXIT_DONE, textOption } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

const STEPS = goLiveStep.options;

export const golive: Command = {
  name: 'golive',
  options: {
    venue: {
      value: 'VENUE',
      words: 'the venue by its id, as status shows it',
      usual: 'the only one of the session',
      example: DEFAULT_VENUE.id,
    },
    step: {
      value: STEPS.join('|'),
      words:
        'begins staging, goes on once every gate holds, goes back a stage and disarms, or leaves the pipeline and disarms',
      example: 'begin',
    },
    title: {
      value: '"VENUE NAME"',
      words: 'the name of the venue, typed whole: for canary and full',
      example: DEFAULT_VENUE.title,
    },
    reason: { value: 'TEXT', words: 'kept with the fact', usual: 'operator', example: 'release 2' },
    ...DATA_DIR_OPTION,
  },
  examples: ['golive', 'golive --step begin', `golive --step canary --title ${DEFAULT_VENUE.title}`],
  async run(args, output) {
    const step = textOption(args, 'step');
    const named = textOption(args, 'venue');
    const engine = connectEngine(dataDirOf(args), 'command-line');
    let view = await engine.call('getGoLive', {});
    if (step !== undefined) {
      const parsed = goLiveStep.safeParse(step);
      if (!parsed.success) throw unknownStep(step);
      const title = textOption(args, 'title');
      const reason = textOption(args, 'reason');
      view = await engine.call('goLive', {
        venue: named ?? onlyVenue(view),
        step: parsed.data,
        ...(title !== undefined && { title }),
        ...(reason !== undefined && { reason }),
      });
    }
    const shown = view.venues.filter(({ venue }) => named === undefined || named === venue);
    if (named !== undefined && view.isNeeded && shown.length === 0)
      throw unknownVenue(
        '--venue',
        named,
        view.venues.map(({ venue }) => venue),
      );
    output.result(view, view.isNeeded ? shown.map(describe).join('\n') : NOTHING);
    // A step that succeeded is done, whatever the next stage asks for.
    const isOpen = step === undefined && shown.some(({ gates }) => gates.some(({ ok }) => !ok));
    return isOpen ? EXIT_CHECK_FAILED : EXIT_DONE;
  },
};

const NOTHING = 'this profile trades no account at a venue: there is nothing to go live with';

function describe({ title, stage, reason, sinceUs, next, gates }: VenueGoLive): string {
  const since = sinceUs === 0 ? '' : `, since ${formatTimeUs(sinceUs)}: ${reason}`;
  const head =
    stage === 'none' ? `${title}: no pipeline (--step begin starts one)` : `${title}: ${stage}${since}`;
  const lines = gates.map(({ ok, label, detail }) => `  [${ok ? 'x' : ' '}] ${label}: ${detail}`);
  return [head, ...(next === null || gates.length === 0 ? [] : [`  to ${next}:`]), ...lines].join('\n');
}

function onlyVenue(view: GoLiveView): string {
  const [first, second] = view.venues;
  if (first !== undefined && second === undefined) return first.venue;
  throw new UserError({
    code: 'missing-option',
    field: '--venue',
    message: view.isNeeded ? 'is needed where a session has several venues' : NOTHING,
    remedy: view.isNeeded
      ? `Use one of ${view.venues.map(({ venue }) => venue).join(', ')}.`
      : 'Choose the live profile, or the rehearsal.',
  });
}

function unknownStep(value: string): UserError {
  return new UserError({
    code: 'unknown-step',
    field: '--step',
    value,
    message: 'is no step of the go-live pipeline',
    remedy: `Use one of ${STEPS.join(', ')}.`,
  });
}
