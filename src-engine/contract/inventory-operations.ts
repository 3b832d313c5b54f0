/** The operations on inventory: targets, withdrawal terms, and transfers that the trader makes; part of the table in operations.ts. */
import { z } from 'zod';
import { inventoryView, transfer } from '../domain/inventory-schemas.ts';
import { amountText } from '../domain/value-schemas.ts';
import { lineText } from '../lib/terminal-text.ts';
import { assetName } from './records.ts';

const venue = z.string().min(1).max(40);
/** As the venue names it, on one line: nothing that moves a cursor, hides a word, or lets two names look the same. */
const network = z
  .string()
  .min(1)
  .max(40)
  .refine(
    (text) => lineText(text) === text && text.trim() === text,
    'must be one line of visible characters, with no space at its ends',
  );
const aboveZero = amountText.refine((text) => /[1-9]/.test(text), 'must be above zero');
const minutes = z.number().min(1).max(10_080);

export const inventoryOperations = {
  getInventory: {
    summary:
      'What lies where beside its target, transfers under way, moves that would bring it back, and stablecoins beside their pegs.',
    input: z.strictObject({}),
    output: inventoryView,
    role: 'viewer',
    changes: false,
  },
  setInventoryTarget: {
    summary:
      'Sets how much of a coin is to lie at a venue, and its band in percent of that; a target of null makes it an equal share again.',
    input: z.strictObject({
      coin: assetName,
      venue,
      target: aboveZero.nullable(),
      lowPct: z.number().min(0).max(99).optional(),
      highPct: z.number().min(101).max(10_000).optional(),
    }),
    output: inventoryView,
    role: 'operator',
    changes: true,
  },
  setTransferTerms: {
    summary:
      'Stores what a venue asks for a withdrawal of a coin over one network, as the trader read it there; null: not known.',
    input: z.strictObject({
      coin: assetName,
      venue,
      network,
      fee: amountText.nullable().default(null),
      minimum: amountText.nullable().default(null),
      minutes: minutes.nullable().default(null),
    }),
    output: inventoryView,
    role: 'operator',
    changes: true,
  },
  removeTransferTerms: {
    summary: 'Removes what was stored of withdrawals of a coin from a venue over one network.',
    input: z.strictObject({ coin: assetName, venue, network }),
    output: inventoryView,
    role: 'operator',
    changes: true,
  },
  declareTransfer: {
    summary:
      'Declares a transfer between two venues that the trader makes: Parallax cannot withdraw. What leaves and arrives within the fee is recognised as it; simulated venues carry it out.',
    input: z.strictObject({
      coin: assetName,
      /** What leaves, fee included. */
      amount: aboveZero,
      from: venue,
      to: venue,
      network: network.default('unknown'),
      fee: amountText,
      minutes,
    }),
    output: transfer,
    role: 'operator',
    changes: true,
  },
  cancelTransfer: {
    summary:
      'Withdraws the declaration of a transfer that was not made or came to nothing: what was in flight counts at its source again.',
    input: z.strictObject({ transferId: z.string().min(1).max(100) }),
    output: inventoryView,
    role: 'operator',
    changes: true,
  },
} as const;
