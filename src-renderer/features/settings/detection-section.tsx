import { detectionSettings } from '../../../src-engine/contract/limit-records.ts';
import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import { DETECTION_SETTINGS } from '../../../src-engine/domain/limit-table.ts';
import { useIsViewer, useReplica, useSession } from '../../engine/use-session.ts';
import { AmountsForm } from './amounts-form.tsx';
import { DETECTION_FIELDS, DETECTION_FLAGS } from './fields.ts';
import { FlagFields } from './flag-field.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useFits } from './settings-search.ts';

/** Which cycles and routes are looked for and traded, and bands of inventory and stablecoins. */
export function DetectionSection({ homeAsset }: { readonly homeAsset: string }) {
  const session = useSession();
  const detection = useReplica((replica) => replica.detection);
  const isViewer = useIsViewer();
  const fitsLegs = useFits('Max. cycle length maxLegs legs of a cycle');
  if (detection === undefined) return null;
  return (
    <div id="settings-detection">
      <SettingsForm
        title="Detection"
        fields={DETECTION_FIELDS}
        current={detection}
        homeAsset={homeAsset}
        tries="detection"
        onSave={async (changed) => {
          await session.client.call('updateDetection', changed as OperationInput<'updateDetection'>);
          session.refresh();
        }}
      />
      <AmountsForm
        row={DETECTION_SETTINGS.pegBands}
        field="pegBands"
        schema={detectionSettings.shape.pegBands}
        current={detection.pegBands}
        onSave={async (pegBands) => {
          await session.client.call('updateDetection', { pegBands });
          session.refresh();
        }}
      />
      <FlagFields
        rows={DETECTION_FLAGS}
        current={detection}
        isDisabled={isViewer}
        onChange={(flag, isOn) =>
          void session
            .run('Detection was not changed', 'updateDetection', { [flag]: isOn })
            .then(() => session.refresh())
        }
      />
      {fitsLegs && (
        <p className="field-help">
          Cycles of up to {detection.maxLegs} legs are searched; this is set when the engine starts.
        </p>
      )}
    </div>
  );
}
