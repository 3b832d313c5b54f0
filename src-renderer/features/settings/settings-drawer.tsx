import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import { Dialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { AppearanceForm } from './appearance-form.tsx';
import { LimitHistory } from './limit-history.tsx';
import { DETECTION_FIELDS, LIMIT_FIELDS } from './fields.ts';
import { SettingsForm } from './settings-form.tsx';

/** Risk limits and what detection asks of a candidate. */
export function SettingsDrawer({ onClose }: { readonly onClose: () => void }) {
  const session = useSession();
  const limits = useReplica((replica) => replica.limits);
  const detection = useReplica((replica) => replica.detection);
  const homeAsset = useReplica((replica) => replica.homeAsset) ?? '';
  return (
    <Dialog title="Settings" kind="drawer" onClose={onClose}>
      <AppearanceForm />
      {limits === undefined || detection === undefined ? (
        <EmptyState title="Not connected">Settings are the engine’s; they show when it answers.</EmptyState>
      ) : (
        <>
          <SettingsForm
            title="Risk limits"
            fields={LIMIT_FIELDS}
            current={limits}
            homeAsset={homeAsset}
            onSave={async (changed) => {
              await session.client.call('updateLimits', changed as OperationInput<'updateLimits'>);
              session.refresh();
            }}
          />
          <SettingsForm
            title="Detection"
            fields={DETECTION_FIELDS}
            current={detection}
            homeAsset={homeAsset}
            onSave={async (changed) => {
              await session.client.call('updateDetection', changed as OperationInput<'updateDetection'>);
              session.refresh();
            }}
          />
          <p className="field-help">
            Cycles of up to {detection.maxLegs} legs are searched; that is set when the engine starts.
          </p>
          <LimitHistory />
        </>
      )}
    </Dialog>
  );
}
