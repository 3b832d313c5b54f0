import type { ArmingStatus } from '../../contract/live-records.ts';
import { UserError } from '../../domain/errors.ts';
import { connectEngine } from '../../gateway/client.ts';
import { type Command, EXIT_CHECK_FAILED, EXIT_DONE, textOption } from '../command.ts';
import { dataDirOf } from './data-dir-option.ts';

export const live: Command = {
  name: 'live',
  summary: 'Says what must hold before real orders may leave; arms live trading, or disarms it.',
  usage: '[--arm "VENUE NAME" | --full "VENUE NAME" | --disarm] [--data-dir D] [--json]',
  options: {
    arm: { type: 'string' },
    full: { type: 'string' },
    disarm: { type: 'boolean' },
    'data-dir': { type: 'string' },
  },
  async run(args, output) {
    const arm = textOption(args, 'arm');
    const full = textOption(args, 'full');
    const off = args.values['disarm'] === true;
    if ([arm !== undefined, full !== undefined, off].filter(Boolean).length > 1) {
      throw new UserError({
        code: 'bad-usage',
        field: '--arm',
        message: '--full and --disarm exclude each other',
        remedy: 'Give one of them, or none to see the checklist.',
      });
    }
    const engine = connectEngine(dataDirOf(args), 'command-line');
    if (arm !== undefined) await engine.call('armLive', { venue: arm });
    if (full !== undefined) await engine.call('armFully', { venue: full });
    if (off) await engine.call('disarm', {});
    const answer = await engine.call('getArming', {});
    output.result(answer, describe(answer));
    return answer.isNeeded && answer.checklist.some(({ ok }) => !ok) ? EXIT_CHECK_FAILED : EXIT_DONE;
  },
};

function describe(answer: ArmingStatus): string {
  if (!answer.isNeeded) return 'this profile trades no account at a venue: there is nothing to arm';
  const { state, reason, canary, venueTitle, homeAsset, checklist } = answer;
  const out =
    canary === null
      ? []
      : [
          `  canary: ${canary.completed} of ${canary.neededCycles} cycles, ${canary.result} ${homeAsset}, may lose ${canary.budget}`,
        ];
  const items = checklist.map(({ ok, label, detail, remedy }) =>
    ok ? `  [x] ${label}: ${detail}` : `  [ ] ${label}: ${detail}. ${remedy}`,
  );
  return [`${venueTitle}: ${state} (${reason})`, ...out, ...items].join('\n');
}
