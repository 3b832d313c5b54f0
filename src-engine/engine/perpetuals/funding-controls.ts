/** What an operator asks for about perpetuals, and what is kept of it: the venues that each profile watches. */
import { z } from 'zod';
import type { fundingOperations } from '../../contract/funding-operations.ts';
import type { OperationHandlers } from '../../contract/operations.ts';
import { assetOfToday, pairOfToday } from '../../domain/asset-alias.ts';
import { UserError } from '../../domain/errors.ts';
import { Serial } from '../../lib/serial.ts';
import type { Database } from '../../storage/database-types.ts';
import { readSetting, setSetting } from '../../storage/settings.ts';
import { type CarryLine, carryLine, MAX_CARRY_LINES } from '../../contract/funding-records.ts';
import type { EngineControls } from '../controls.ts';
import type { StoredCarryLine } from './carry-desk.ts';
import type { PerpetualsDesk } from './perpetuals-desk.ts';

const settingOf = (profile: string): string => `perpetuals ${profile}`;
const carrySettingOf = (profile: string): string => `carries ${profile}`;
const stored = z.array(z.string()).max(16);
const storedLines = z.object({
  lines: z
    .array(
      carryLine.extend({
        state: z.string().max(500_000).nullable(),
        spotVenue: z.string().max(40).nullish(),
      }),
    )
    .max(MAX_CARRY_LINES),
});

/** None unless a trader chose some. */
export async function storedPerpetuals(database: Database, profile: string): Promise<readonly string[]> {
  return (await readSetting(database, settingOf(profile), stored)) ?? [];
}

export function fundingHandlers(
  engine: EngineControls,
): Pick<OperationHandlers, keyof typeof fundingOperations> {
  return {
    getFunding: ({ coin }) => {
      const { perpetuals } = engine.requireSession().parts;
      return perpetuals.view(engine.clock.nowUs(), coin && assetOfToday(coin.toUpperCase()));
    },
    async watchFunding({ venues }) {
      const { perpetuals, profile } = engine.requireSession().parts;
      demandOffered(perpetuals, venues);
      await setSetting(engine.database, settingOf(profile), venues);
      await perpetuals.watch(venues);
      return perpetuals.view(engine.clock.nowUs());
    },
    setCarries({ lines }) {
      const { perpetuals } = engine.requireSession().parts;
      const own = lines.map((line) => ({ ...line, symbol: pairOfToday(line.symbol.toUpperCase()) }));
      demandLines(perpetuals, own);
      perpetuals.carries.set(own);
      return perpetuals.view(engine.clock.nowUs());
    },
  };
}

/** The carries on paper of a profile: none unless a trader set some. */
export async function storedCarries(
  database: Database,
  profile: string,
): Promise<readonly StoredCarryLine[]> {
  return (await readSetting(database, carrySettingOf(profile), storedLines))?.lines ?? [];
}

/** Stores them one after the other; what cannot be stored is reported. */
export function carryKeeper(
  database: Database,
  profile: string,
  note: (text: string) => void,
): (lines: readonly StoredCarryLine[]) => void {
  const changes = new Serial();
  return (lines) =>
    void changes
      .run(() => setSetting(database, carrySettingOf(profile), { lines }))
      .catch((error: unknown) => note(`carries on paper could not be stored: ${String(error)}`));
}

function demandLines(desk: PerpetualsDesk, lines: readonly CarryLine[]): void {
  demandOffered(desk, [...new Set(lines.map(({ venue }) => venue))]);
  const names = lines.map(({ venue, symbol }) => `${symbol} at ${venue}`);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice === undefined) return;
  throw new UserError({
    code: 'bad-lines',
    field: 'lines',
    value: twice,
    message: 'is named twice',
    remedy: 'Name each perpetual once, with one stake.',
  });
}

function demandOffered(perpetuals: PerpetualsDesk, venues: readonly string[]): void {
  const unknown = venues.find((venue) => !perpetuals.isOffered(venue));
  const twice = venues.find((venue, at) => venues.indexOf(venue) < at);
  const value = unknown ?? twice;
  if (value === undefined) return;
  throw new UserError({
    code: 'bad-venues',
    field: 'venues',
    value,
    message: unknown === undefined ? 'is named twice' : 'is no venue whose perpetuals are read',
    remedy: `Use ${perpetuals.offered.map(({ venue }) => venue).join(', ')}, each once.`,
  });
}
