/** The board of inventory as every view and call of it has it: read from the kernel on demand. */
import type { InventoryView } from '../../domain/inventory-schemas.ts';
import { assetName } from '../../domain/venue-asset.ts';
import { inventoryRows } from '../../inventory/board.ts';
import type { Kernel } from '../../kernel/kernel.ts';

export function inventoryView(kernel: Kernel, nowUs: number): InventoryView {
  const { inventory, portfolio, store, config, risk } = kernel;
  return {
    homeAsset: assetName(config.homeAsset),
    isSimulated: config.mustReconcile !== true,
    venues: [...portfolio.universe.venues],
    rows: inventoryRows({ inventory, portfolio, instruments: store.instruments, syncs: store.syncs }, nowUs),
    transfers: inventory.transfers.all,
    terms: [...inventory.terms],
    pegs: risk.pegs.standings(),
  };
}
