/** Everything that can be set, section by section; the buttons above lead to each. */
import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import { DETECTION_SETTINGS } from '../../../src-engine/domain/limit-table.ts';
import { Dialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { useIsViewer, useReplica, useSession } from '../../engine/use-session.ts';
import { AppearanceForm } from './appearance-form.tsx';
import { BusesSection } from './buses-section.tsx';
import { ChannelsSection } from './channels-section.tsx';
import { ExecutionSection } from './execution-section.tsx';
import { FeesSection } from './fees-section.tsx';
import { DETECTION_FIELDS, LIMIT_FIELDS } from './fields.ts';
import { KeysSection } from './keys-section.tsx';
import { LimitHistory } from './limit-history.tsx';
import { LimitPresets } from './limit-presets.tsx';
import { NotificationForm } from './notification-form.tsx';
import { SettingsForm } from './settings-form.tsx';
import { VenuesSection } from './venues-section.tsx';

const SECTIONS = [
  ['Venues', 'settings-venues'],
  ['Keys', 'settings-keys'],
  ['Risk', 'settings-risk'],
  ['Detection', 'settings-detection'],
  ['Execution', 'settings-execution'],
  ['Fees', 'settings-fees'],
  ['Notifications', 'settings-notifications'],
  ['Channels', 'settings-channels'],
  ['Event bus', 'settings-buses'],
  ['Appearance', 'settings-appearance'],
  ['History', 'settings-history'],
] as const;

export function SettingsDrawer({ onClose }: { readonly onClose: () => void }) {
  const homeAsset = useReplica((replica) => replica.homeAsset) ?? '';
  const isKnown = useReplica(() => true) ?? false;
  return (
    <Dialog title="Settings" kind="drawer" onClose={onClose}>
      <SectionButtons />
      {isKnown ? (
        <>
          <VenuesSection />
          <KeysSection />
          <RiskSection homeAsset={homeAsset} />
          <DetectionSection homeAsset={homeAsset} />
          <ExecutionSection homeAsset={homeAsset} />
          <FeesSection />
        </>
      ) : (
        <EmptyState title="Not connected">
          Settings are stored by the engine and appear once it answers. The settings below belong to this
          window.
        </EmptyState>
      )}
      <NotificationForm onClose={onClose} />
      {isKnown && <ChannelsSection />}
      {isKnown && <BusesSection />}
      <AppearanceForm />
      {isKnown && (
        <div id="settings-history">
          <LimitHistory />
        </div>
      )}
    </Dialog>
  );
}

function SectionButtons() {
  return (
    <nav className="settings-nav" aria-label="Sections">
      {SECTIONS.map(([name, id]) => (
        <button
          key={id}
          type="button"
          className="segment"
          onClick={() => {
            const section = document.getElementById(id);
            section?.scrollIntoView({ block: 'start' });
            section?.querySelector<HTMLElement>('input, select, button')?.focus({ preventScroll: true });
          }}
        >
          {name}
        </button>
      ))}
    </nav>
  );
}

function RiskSection({ homeAsset }: { readonly homeAsset: string }) {
  const session = useSession();
  const limits = useReplica((replica) => replica.limits);
  if (limits === undefined) return null;
  return (
    <div id="settings-risk">
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
      <LimitPresets limits={limits} homeAsset={homeAsset} />
    </div>
  );
}

function DetectionSection({ homeAsset }: { readonly homeAsset: string }) {
  const session = useSession();
  const detection = useReplica((replica) => replica.detection);
  const isViewer = useIsViewer();
  if (detection === undefined) return null;
  return (
    <div id="settings-detection">
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
      <label className="check">
        <input
          type="checkbox"
          checked={detection.crossVenue}
          disabled={isViewer}
          onChange={(event) =>
            void session
              .run('Detection was not changed', 'updateDetection', { crossVenue: event.target.checked })
              .then(() => session.refresh())
          }
        />
        {DETECTION_SETTINGS.crossVenue.hint}
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={detection.tradeCrossVenue}
          disabled={isViewer || !detection.crossVenue}
          onChange={(event) =>
            void session
              .run('Detection was not changed', 'updateDetection', { tradeCrossVenue: event.target.checked })
              .then(() => session.refresh())
          }
        />
        {DETECTION_SETTINGS.tradeCrossVenue.hint}
      </label>
      <p className="field-help">
        Cycles of up to {detection.maxLegs} legs are searched; this is set when the engine starts.
      </p>
    </div>
  );
}
