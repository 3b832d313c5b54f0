/** The volume that chooses the fee tier of paper trading: asked for when it is looked at. */
import { feeSettings } from '../../../src-engine/contract/records.ts';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { useSession } from '../../engine/use-session.ts';
import type { Field } from './fields.ts';
import { SettingsForm } from './settings-form.tsx';

const FIELDS: readonly Field<'volumeUsd'>[] = [
  {
    key: 'volumeUsd',
    label: 'Volume of 30 days',
    unit: 'USD',
    help: 'What you traded at the venue in the last 30 days: its fee tier is taken when the paper profile begins next. An account’s own fees are asked of the venue.',
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
        Volume of 30 days: {settings.volumeUsd} USD, set by <code>--fee-volume</code> for as long as this
        engine runs.
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
