/** The dialogs of the inventory panel: a transfer that the trader makes, a target, and what a venue asks for a withdrawal. */
import type { InventoryRow, InventoryView } from '../../../src-engine/domain/inventory-schemas.ts';
import { useSession } from '../../engine/use-session.ts';
import { type FormField, InventoryForm } from './inventory-form.tsx';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { suggested } from './inventory-words.ts';

export type InventoryDialogKind = 'transfer' | 'target' | 'terms';

type DialogProps = {
  readonly view: InventoryView;
  /** The chosen row. */
  readonly row: InventoryRow;
  readonly onClose: () => void;
};

export function InventoryDialog({ kind, ...props }: DialogProps & { readonly kind: InventoryDialogKind }) {
  if (kind === 'transfer') return <TransferDialog {...props} />;
  return kind === 'target' ? <TargetDialog {...props} /> : <TermsDialog {...props} />;
}

const field = (key: string, label: string, unit: string, help: string): FormField => ({
  key,
  label,
  unit,
  help,
});

function TransferDialog({ view, row, onClose }: DialogProps) {
  const { client } = useSession();
  const { coin, venue } = row;
  const move = row.moves.find(({ kind }) => kind === 'transfer') ?? suggested(row);
  const from = move?.from ?? venue;
  const to = move?.from == null ? otherThan(view.venues, from) : venue;
  const about = view.isSimulated
    ? 'Simulated: it leaves at once and arrives after its time, less the fee.'
    : 'Make the withdrawal at the venue yourself: Parallax cannot. What leaves and arrives within the fee is then recognised as this transfer, and counted as in flight meanwhile.';
  return (
    <InventoryForm
      title={`Declare a transfer of ${coin}`}
      about={about}
      submit="Declare transfer"
      fields={[
        { ...field('from', 'From', '', ''), choices: view.venues },
        { ...field('to', 'To', '', ''), choices: view.venues },
        field('amount', 'Amount', coin, 'What leaves, its fee included.'),
        field(
          'fee',
          'Fee',
          coin,
          'The most that may be missing when it arrives, as the venue shows it; 0 if it charges none.',
        ),
        field(
          'minutes',
          'Expected time',
          'min',
          'From now to the arrival; it is reported as late after that.',
        ),
        { ...field('network', 'Network', '', 'As the venue names it.'), isText: true },
      ]}
      start={{
        from,
        to,
        amount: move?.amount ?? '',
        fee: move?.fee ?? '',
        minutes: move?.minutes?.toString() ?? '',
        network: move?.network ?? '',
      }}
      onSubmit={({ from: source = '', to: end = '', amount = '', fee = '', minutes, network }) =>
        client.call('declareTransfer', {
          coin,
          from: source,
          to: end,
          amount,
          fee,
          minutes: figureOf(minutes),
          network: network === '' ? undefined : network,
        })
      }
      onClose={onClose}
    />
  );
}

function TargetDialog({ row, onClose }: DialogProps) {
  const { client } = useSession();
  const { coin, venue, target, isOwnTarget, lowPct, highPct } = row;
  return (
    <InventoryForm
      title={`Target of ${coin} at ${venueTitle(venue)}`}
      about="Without a target of yours it is an equal share of all that is held of the coin."
      submit="Set target"
      fields={[
        field('target', 'Target', coin, 'How much is to lie there; empty: an equal share.'),
        field('lowPct', 'Running dry below', '%', 'Of the target; 0 to 99.'),
        field('highPct', 'Overfull above', '%', 'Of the target; 101 to 10,000.'),
      ]}
      start={{
        target: isOwnTarget ? (target ?? '') : '',
        lowPct: target === null ? '50' : String(lowPct),
        highPct: target === null ? '150' : String(highPct),
      }}
      onSubmit={(typed) =>
        client.call('setInventoryTarget', {
          coin,
          venue,
          target: typed['target'] === '' ? null : (typed['target'] ?? null),
          lowPct: figureOf(typed['lowPct']),
          highPct: figureOf(typed['highPct']),
        })
      }
      onClose={onClose}
    />
  );
}

function TermsDialog({ view, row, onClose }: DialogProps) {
  const { client } = useSession();
  const { coin } = row;
  const source = suggested(row)?.from ?? row.venue;
  const orNull = (text: string | undefined): string | null =>
    text === undefined || text === '' ? null : text;
  return (
    <InventoryForm
      title={`Withdrawals of ${coin}`}
      about="What a venue asks for a withdrawal, as you read it there. Leave empty what you do not know: it is shown as unknown."
      submit="Store"
      fields={[
        { ...field('venue', 'From', '', ''), choices: view.venues },
        { ...field('network', 'Network', '', 'As the venue names it.'), isText: true },
        field('fee', 'Fee', coin, 'Of one withdrawal.'),
        field('minimum', 'Minimum', coin, 'The smallest withdrawal.'),
        field('minutes', 'Usual time', 'min', 'Until it arrives.'),
      ]}
      start={{ venue: source, network: '', fee: '', minimum: '', minutes: '' }}
      onSubmit={({ venue = '', network = '', fee, minimum, minutes }) =>
        client.call('setTransferTerms', {
          coin,
          venue,
          network,
          fee: orNull(fee),
          minimum: orNull(minimum),
          minutes: minutes === undefined || minutes === '' ? null : Number(minutes),
        })
      }
      onClose={onClose}
    />
  );
}

/** Of a plain figure; NaN: it was left empty, which is no 0. */
const figureOf = (plain = ''): number => (plain === '' ? Number.NaN : Number(plain));

function otherThan(venues: readonly string[], venue: string): string {
  return venues.find((one) => one !== venue) ?? '';
}
