/** Run plans as they are kept: the built-in ones, whose venues are remembered, and those of the trader's own. */
import { z } from 'zod';
import {
  MAX_PLANS,
  planHome,
  planName,
  type PlanVenue,
  planVenue,
  type RunPlan,
} from '../contract/plan-records.ts';
import {
  type BuiltInProfile,
  builtInProfile,
  modeOfBuiltIn,
  type ProfileName,
  profileName,
  THREE_EXCHANGES,
} from '../contract/records.ts';
import { UserError } from '../domain/errors.ts';
import type { VenueName } from '../domain/ids.ts';
import type { ChosenProfile, PlanControls } from '../engine/controls.ts';
import type { Database } from '../storage/database-types.ts';
import { notePlaceOfBare, placeOfBare } from '../storage/queries/account.ts';
import { listRuns, openOrders } from '../storage/queries/recovery.ts';
import { readSetting, setSetting } from '../storage/settings.ts';
import { DEFAULT_VENUE, MAX_VENUES, venueAdapter, venueList } from '../venues/registry.ts';
import { isOfAccounts, modeLike, modeOfVenues, nameInMode, type PlannedRun, venuesOf } from './run-plan.ts';
import { Serial } from '../lib/serial.ts';

const SETTING = 'run plans';
const storedPlans = z.object({
  plans: z.array(
    z.object({
      profile: profileName,
      name: planName,
      home: planHome,
      venues: z.array(planVenue).min(1).max(MAX_VENUES),
    }),
  ),
});
type StoredPlan = z.infer<typeof storedPlans>['plans'][number];

/** Venues of a built-in plan, by their ids: the setting that versions before named plans kept. */
const storedVenues = z.array(z.string()).min(1).max(MAX_VENUES);
/** Of the demo of three exchanges until others are named: fees of 5 and 10 bps, in quote and in what is received. */
const THREE_VENUES: readonly VenueName[] = ['kraken', 'binance', 'bybit'];
const venuesSetting = (profile: ProfileName): string => `venues ${profile}`;

export class PlanBook implements PlanControls {
  readonly #database: Database;
  /** Changes, one after the other. */
  readonly #changes = new Serial();

  constructor(database: Database) {
    this.#database = database;
  }

  async list(): Promise<RunPlan[]> {
    const builtIn = await Promise.all(builtInProfile.options.map((one) => this.#builtIn(one)));
    return [...builtIn, ...(await this.#own()).map(planOf)];
  }

  /** @throws UserError when there is none. */
  async find(profile: ProfileName): Promise<RunPlan> {
    const builtIn = builtInProfile.safeParse(profile).data;
    if (builtIn !== undefined) return this.#builtIn(builtIn);
    const found = (await this.#own()).find((plan) => plan.profile === profile);
    if (found !== undefined) return planOf(found);
    throw await this.#unknown(profile);
  }

  /** By its name, or by the profile under which its history is kept. @throws UserError when there is none. */
  async named(text: string): Promise<RunPlan> {
    const found = (await this.list()).find(({ profile, name }) => profile === text || isSameName(name, text));
    if (found !== undefined) return found;
    throw await this.#unknown(text);
  }

  add(plan: {
    readonly name: string;
    readonly venues: readonly PlanVenue[];
    readonly home: string | null;
  }): Promise<RunPlan> {
    return this.#changes.run(() => this.#add(plan));
  }

  copy(profile: ProfileName, name: string): Promise<RunPlan> {
    return this.#changes.run(async () => {
      const { venues, home } = await this.find(profile);
      return this.#add({ name, venues, home });
    });
  }

  change(
    profile: ProfileName,
    {
      name,
      venues,
    }: { readonly name?: string | undefined; readonly venues?: readonly PlanVenue[] | undefined },
    inUse: ProfileName | undefined,
  ): Promise<RunPlan> {
    return this.#changes.run(async () => {
      const before = await this.#demandOwn(profile);
      if (name !== undefined) await this.#demandFreeName(name, profile);
      if (venues !== undefined) {
        const mode = modeOfVenues(venues);
        if (mode !== before.mode) {
          throw refused(
            'other-mode',
            before.name,
            `is a plan of the kind ${before.mode}, and would be one of the kind ${mode}`,
            'Make another plan: what is simulated and what is real never share a history.',
          );
        }
        if (profile === inUse)
          throw refused(
            'plan-in-use',
            before.name,
            'is the plan that is chosen',
            'Choose it with other venues: it starts again with them.',
          );
        await this.#demandNothingLeftOut(
          before,
          venues.map(({ venue }) => venue),
        );
      }
      const next: RunPlan = { ...before, name: name ?? before.name, venues: venues ?? before.venues };
      await this.#keep(before, next);
      return next;
    });
  }

  /** @param inUse the profile that is chosen now. */
  remove(profile: ProfileName, inUse: ProfileName | undefined): Promise<RunPlan[]> {
    return this.#changes.run(async () => {
      const { name } = await this.#demandOwn(profile);
      if (profile === inUse)
        throw refused('plan-in-use', name, 'is the plan that is chosen', 'Choose another one first.');
      const [open] = await openOrders(this.#database, profile);
      if (open !== undefined)
        throw refused(
          'plan-with-orders',
          name,
          `has order ${open.orderId} at ${open.venue}, which may be open`,
          'Start it again, and let that order end.',
        );
      if ((await listRuns(this.#database, profile, 1)).length > 0)
        throw refused('plan-with-history', name, 'has traded, and its history is kept', 'Rename it instead.');
      const plans = (await this.#own()).filter((plan) => plan.profile !== profile);
      await setSetting(this.#database, SETTING, { plans });
      return this.list();
    });
  }

  /**
   * The plan of a profile that is to run. Venues that are named are remembered.
   * @throws UserError for a plan or venue that is not known, a venue named twice, and where an order may be open at one that is left out.
   */
  choose(chosen: ChosenProfile): Promise<PlannedRun> {
    return this.#changes.run(async () => {
      const before = await this.find(chosen.profile);
      const known = before.venues.map(({ venue }) => venue);
      const adapters = venueList(chosen.venues ?? known, 'venues');
      const ids = adapters.map(({ id }) => id);
      if (ids.join() === known.join()) return { ...chosen, plan: before, adapters };
      const plan = { ...before, venues: venuesOf(before.mode, ids) };
      if (!plan.isBuiltIn) modeOfVenues(plan.venues);
      await this.#demandNothingLeftOut(before, ids);
      await this.#keep(before, plan);
      return { ...chosen, plan, adapters };
    });
  }

  async #add({
    name,
    venues,
    home,
  }: {
    readonly name: string;
    readonly venues: readonly PlanVenue[];
    readonly home: string | null;
  }): Promise<RunPlan> {
    await this.#demandFreeName(name, undefined);
    modeOfVenues(venues);
    const own = await this.#own();
    if (own.length >= MAX_PLANS)
      throw refused('too-many-plans', name, `would be more than ${MAX_PLANS} plans`, 'Remove one first.');
    let number = 1;
    const isTaken = async (profile: ProfileName): Promise<boolean> =>
      own.some((plan) => plan.profile === profile) || (await listRuns(this.#database, profile, 1)).length > 0;
    while (await isTaken(`plan-${number}`)) number++;
    const plan: StoredPlan = { profile: `plan-${number}`, name, home, venues: [...venues] };
    await setSetting(this.#database, SETTING, { plans: [...own, plan] });
    return planOf(plan);
  }

  async #builtIn(profile: BuiltInProfile): Promise<RunPlan> {
    const stored = await readSetting(this.#database, venuesSetting(profile), storedVenues);
    const mode = modeOfBuiltIn(profile);
    const usual = profile === THREE_EXCHANGES ? THREE_VENUES : [DEFAULT_VENUE.id];
    const venues = venuesOf(mode, stored ?? usual);
    return { profile, name: profile, mode, home: null, isBuiltIn: true, venues };
  }

  async #own(): Promise<StoredPlan[]> {
    return (await readSetting(this.#database, SETTING, storedPlans))?.plans ?? [];
  }

  /** Stores a plan in place of what it was. */
  async #keep(before: RunPlan, { profile, name, home, venues, isBuiltIn }: RunPlan): Promise<void> {
    const database = this.#database;
    const [only] = before.venues;
    const isChanged =
      before.venues.map(({ venue }) => venue).join() !== venues.map(({ venue }) => venue).join();
    if (isChanged && before.venues.length === 1 && only !== undefined) {
      const place = nameInMode(before.mode, venueAdapter(only.venue, 'venues'));
      if ((await placeOfBare(database, profile)) === undefined)
        await notePlaceOfBare(database, profile, place);
    }
    if (isBuiltIn) {
      await setSetting(
        database,
        venuesSetting(profile),
        venues.map(({ venue }) => venue),
      );
      return;
    }
    const next: StoredPlan = { profile, name, home, venues: [...venues] };
    const plans = (await this.#own()).map((plan) => (plan.profile === profile ? next : plan));
    await setSetting(database, SETTING, { plans });
  }

  async #demandOwn(profile: ProfileName): Promise<RunPlan> {
    const plan = await this.find(profile);
    if (!plan.isBuiltIn) return plan;
    throw refused('built-in-plan', plan.name, 'is built in', 'Copy it under a name of your own.');
  }

  /** @param except the plan that is to have it. */
  async #demandFreeName(name: string, except: ProfileName | undefined): Promise<void> {
    planName.parse(name);
    const taken = (await this.list()).find(
      (plan) => plan.profile !== except && (isSameName(plan.name, name) || isSameName(plan.profile, name)),
    );
    if (taken !== undefined)
      throw refused(
        'name-taken',
        name,
        `is the name of a plan already (${taken.profile})`,
        'Choose another name.',
      );
  }

  async #demandNothingLeftOut(before: RunPlan, ids: readonly VenueName[]): Promise<void> {
    if (!isOfAccounts(before.mode)) return;
    const names = new Set(ids.map((id) => nameInMode(before.mode, venueAdapter(id, 'venues'))));
    const open = (await openOrders(this.#database, before.profile)).find(({ venue }) => !names.has(venue));
    if (open === undefined) return;
    throw new UserError({
      code: 'bad-venues',
      field: 'venues',
      value: ids.join(','),
      message: `leaves out ${open.venue}, where order ${open.orderId} may be open`,
      remedy: `Start again with ${open.venue}, and let that order end.`,
    });
  }

  async #unknown(text: string): Promise<UserError> {
    const names = (await this.list()).map(({ name }) => name);
    return refused('unknown-plan', text, 'is not a plan', `Use one of ${names.join(', ')}.`);
  }
}

/** Its venues are looked at when it is chosen: one that is not known any longer spoils no other plan. */
function planOf({ profile, name, home, venues }: StoredPlan): RunPlan {
  return { profile, name, mode: modeLike(venues[0] as PlanVenue), home, isBuiltIn: false, venues };
}

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function refused(code: string, value: string, message: string, remedy: string): UserError {
  return new UserError({ code, field: 'plan', value, message, remedy });
}
