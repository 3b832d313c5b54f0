/** Whose history a command reads: the profile of a plan, or of a live one's simulated twin. */
import { profileName } from '../../contract/records.ts';
import { UserError } from '../../domain/errors.ts';
import { type CommandArgs, type Output, textOption } from '../command.ts';

const TWIN = '-ghost';

/** @throws UserError for a name that no profile can have. */
export function profileOf(args: CommandArgs): string {
  const given = textOption(args, 'profile') ?? 'demo';
  const own = given.endsWith(TWIN) ? given.slice(0, -TWIN.length) : given;
  if (profileName.safeParse(own).success) return given;
  throw new UserError({
    code: 'bad-option',
    field: '--profile',
    value: given.slice(0, 100),
    message: 'is no profile',
    remedy: 'Write one such as "demo", "paper", "live" or "plan-1".',
  });
}

/** A file without a row looks like a day without a trade: that there is nothing is said. */
export function noteNothing(count: number, profile: string, output: Output): void {
  if (count === 0) output.note(`Note: this database has nothing of the profile ${profile}`);
}
