/** What an operator may change of inventory, checked before the kernel acts. */
import type { Caller, OperationInput } from '../../contract/operations.ts';
import { assetAmong } from '../../domain/asset-alias.ts';
import { UserError } from '../../domain/errors.ts';
import type { InventoryView, Transfer } from '../../domain/inventory-schemas.ts';
import { assetName } from '../../domain/venue-asset.ts';
import { unknownVenue } from '../../domain/session-errors.ts';
import { MAX_TARGETS, MAX_TERMS } from '../../inventory/inventory.ts';
import type { TransferRequest } from '../../inventory/transfers.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { EngineControls } from '../controls.ts';
import { inventoryView } from './inventory-view.ts';

const MAX_LISTED = 20;

export async function setInventoryTarget(
  engine: EngineControls,
  { coin: named, venue, target, lowPct, highPct }: OperationInput<'setInventoryTarget'>,
  caller: Caller,
): Promise<InventoryView> {
  const { kernel } = engine.requireSession().parts;
  const coin = coinAt(kernel, named, venue);
  const { inventoryLowPct, inventoryHighPct } = kernel.detection;
  const { targets = [] } = kernel.inventory.standing ?? {};
  const isNew = !targets.some((one) => one.coin === coin && one.venue === venue);
  if (target !== null && isNew && targets.length >= MAX_TARGETS) throw tooMany('coin', coin, MAX_TARGETS);
  const band = { lowPct: lowPct ?? inventoryLowPct, highPct: highPct ?? inventoryHighPct };
  await engine.command({ type: 'setInventoryTarget', coin, venue, target, ...band }, caller);
  return inventoryView(kernel, engine.clock.nowUs());
}

export async function setTransferTerms(
  engine: EngineControls,
  input: OperationInput<'setTransferTerms'>,
  caller: Caller,
): Promise<InventoryView> {
  const { kernel } = engine.requireSession().parts;
  const { fee = null, minimum = null, minutes = null, venue, network } = input;
  const coin = coinAt(kernel, input.coin, venue);
  if (termsOf(kernel, coin, venue, network) === undefined && kernel.inventory.terms.length >= MAX_TERMS)
    throw tooMany('network', network, MAX_TERMS);
  const terms = { coin, venue, network, fee, minimum, minutes };
  await engine.command({ type: 'setTransferTerms', terms, isKept: true }, caller);
  return inventoryView(kernel, engine.clock.nowUs());
}

export async function removeTransferTerms(
  engine: EngineControls,
  { coin: named, venue, network }: OperationInput<'removeTransferTerms'>,
  caller: Caller,
): Promise<InventoryView> {
  const { kernel } = engine.requireSession().parts;
  const known = kernel.inventory.terms;
  const coin = assetAmong(named, (code) => known.some((one) => one.coin === code));
  const terms = termsOf(kernel, coin, venue, network);
  if (terms === undefined) {
    const names = known.map((one) => `${one.coin} from ${one.venue} over ${one.network}`);
    throw new UserError({
      code: 'unknown-terms',
      field: 'network',
      value: network,
      message: `is not stored for withdrawals of ${coin} from ${venue}`,
      remedy: names.length === 0 ? 'No network is.' : `Stored are ${listed(names)}.`,
    });
  }
  await engine.command({ type: 'setTransferTerms', terms, isKept: false }, caller);
  return inventoryView(kernel, engine.clock.nowUs());
}

export async function declareTransfer(
  engine: EngineControls,
  { network = 'unknown', ...input }: OperationInput<'declareTransfer'>,
  caller: Caller,
): Promise<Transfer> {
  const { kernel } = engine.requireSession().parts;
  const { transfers } = kernel.inventory;
  const isVenue = kernel.portfolio.universe.venues.includes(input.from);
  const coin = isVenue ? coinAt(kernel, input.coin, input.from) : input.coin;
  const request: TransferRequest = { ...input, coin, network };
  const obstacle = transfers.obstacle(request);
  if (obstacle !== undefined) throw new UserError({ code: 'bad-transfer', ...obstacle });
  coinAt(kernel, coin, input.to);
  const before = new Set(transfers.all.map(({ transferId }) => transferId));
  await engine.command({ type: 'declareTransfer', request }, caller);
  const declared = transfers.all.find(({ transferId }) => !before.has(transferId));
  if (declared !== undefined) return declared;
  // Orders took what was free between the check and the step.
  const message = transfers.obstacle(request)?.message ?? 'was not declared';
  const remedy = 'Declare it again.';
  throw new UserError({ code: 'bad-transfer', field: 'amount', value: input.amount, message, remedy });
}

export async function cancelTransfer(
  engine: EngineControls,
  { transferId }: OperationInput<'cancelTransfer'>,
  caller: Caller,
): Promise<InventoryView> {
  const { kernel } = engine.requireSession().parts;
  const { open } = kernel.inventory.transfers;
  if (!open.some((one) => one.transferId === transferId)) {
    const ids = open.map((one) => one.transferId);
    throw new UserError({
      code: 'unknown-transfer',
      field: 'transferId',
      value: transferId,
      message: 'is no transfer under way',
      remedy: ids.length === 0 ? 'None is.' : `Under way are ${ids.join(', ')}.`,
    });
  }
  await engine.command({ type: 'cancelTransfer', transferId }, caller);
  return inventoryView(kernel, engine.clock.nowUs());
}

function termsOf({ inventory }: Kernel, coin: string, venue: string, network: string) {
  return inventory.terms.find((one) => one.coin === coin && one.venue === venue && one.network === network);
}

/** The code by which the session knows a coin that is traded at a venue, or held there. @throws UserError naming the field at fault. */
function coinAt({ portfolio, store }: Kernel, named: string, venue: string): string {
  const { universe, balances } = portfolio;
  if (!universe.venues.includes(venue)) throw unknownVenue('venue', venue, universe.venues);
  const pairs = store.instruments.filter((one) => one.venue === venue);
  const traded = pairs.flatMap(({ base, quote }) => [base, quote]);
  const held = [...balances.assets()].filter((asset) => universe.isAt(asset, venue));
  const coins = new Set([...traded, ...held].map(assetName));
  const coin = assetAmong(named, (code) => coins.has(code));
  if (coins.has(coin)) return coin;
  throw new UserError({
    code: 'unknown-coin',
    field: 'coin',
    value: named,
    message: `is not traded at ${venue} in this session`,
    remedy: `Choose among ${[...coins].toSorted().slice(0, 30).join(', ')}.`,
  });
}

/** Some of many names; the rest is counted. */
function listed(names: readonly string[]): string {
  const more = names.length - MAX_LISTED;
  return names.slice(0, MAX_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function tooMany(field: string, value: string, most: number): UserError {
  const message = `would be one more than ${most}, the most that are kept`;
  return new UserError({ code: 'too-many', field, value, message, remedy: 'Remove one first.' });
}
