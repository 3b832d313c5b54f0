/** The volume that chooses the fee tier of paper trading: asked for when the section is shown. */
import { groupThousands } from '../../lib/decimal-text.ts';
import { feeSettings } from '../../../src-engine/contract/records.ts';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { useSession } from '../../engine/use-session.ts';
import type { Field } from './fields.ts';
import { SettingsForm } from './settings-form.tsx';

const FIELDS: readonly Field<'volumeUsd'>[] = [
  {
    key: 'volumeUsd',
    label: '30-day volume',
    unit: 'USD',
    help: 'Your volume at the venue in the last 30 days. It sets the fee tier at the next start of the paper profile. Fees of an account are read from the venue.',
    kind: 'number',
    schema: feeSettings.shape.volumeUsd,
    looser: 'higher',
  },
];

const askFeeSettings = (client: EngineClient) => client.call('getFeeSettings', {});

export function FeeVolumeForm() {
  const session = useSession();
  const [settings, setSettings] = useAsked(askFeeSettings);
  if (settings === undefined) return null;
  if (settings.setBy === 'option') {
    return (
      <p className="field-help">
        30-day volume: {groupThousands(String(settings.volumeUsd))} USD, set by <code>--fee-volume</code>{' '}
        while this engine runs.
      </p>
    );
  }
  return (
    <SettingsForm
      title="Fee tier of paper trading"
      fields={FIELDS}
      current={{ volumeUsd: settings.volumeUsd }}
      homeAsset="USD"
      onSave={async (changed) => {
        const volumeUsd = Number(changed.volumeUsd);
        setSettings(await session.client.call('updateFeeSettings', { volumeUsd }));
      }}
    />
  );
}
