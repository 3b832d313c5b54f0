/** Everything that can be set, section by section; the buttons above lead to each. */
import { limits as limitSchemas } from '../../../src-engine/contract/limit-records.ts';
import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import { RISK_LIMITS } from '../../../src-engine/domain/limit-table.ts';
import { useState } from 'react';
import { FilterBox } from '../../components/filter-box.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { AmountsForm } from './amounts-form.tsx';
import { AppearanceForm } from './appearance-form.tsx';
import { BotsSection } from './bots-section.tsx';
import { BusesSection } from './buses-section.tsx';
import { ChannelsSection } from './channels-section.tsx';
import { FeesSection } from './fees-section.tsx';
import { DetectionSection } from './detection-section.tsx';
import { ExecutionSection } from './execution-section.tsx';
import { LIMIT_FIELDS } from './fields.ts';
import { IntelligenceSection } from './intelligence-section.tsx';
import { KeysSection } from './keys-section.tsx';
import { LimitHistory } from './limit-history.tsx';
import { LimitPresets } from './limit-presets.tsx';
import { NotificationForm } from './notification-form.tsx';
import { SettingsForm } from './settings-form.tsx';
import { SettingsSearch } from './settings-search.ts';
import { ShortcutForm } from './shortcut-form.tsx';
import { UpdatesSection } from './updates-section.tsx';
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
  ['Bots', 'settings-bots'],
  ['Event bus', 'settings-buses'],
  ['Intelligence', 'settings-intelligence'],
  ['Appearance', 'settings-appearance'],
  ['Shortcuts', 'settings-shortcuts'],
  ['Updates', 'settings-updates'],
  ['History', 'settings-history'],
] as const;

export function SettingsDrawer({ onClose }: { readonly onClose: () => void }) {
  const homeAsset = useReplica((replica) => replica.homeAsset) ?? '';
  const isKnown = useReplica(() => true) ?? false;
  const [typed, setTyped] = useState('');
  const search = typed.trim();
  return (
    <Dialog title="Settings" kind="drawer" onClose={onClose}>
      <div className="settings-head">
        <FilterBox label="Search settings" placeholder="Search settings" value={typed} onChange={setTyped} />
        <SectionButtons />
      </div>
      <SettingsSearch value={search}>
        {isKnown ? (
          <>
            {search === '' && <VenuesSection />}
            {search === '' && <KeysSection />}
            <RiskSection homeAsset={homeAsset} />
            <DetectionSection homeAsset={homeAsset} />
            <ExecutionSection homeAsset={homeAsset} />
            {search === '' && <FeesSection />}
          </>
        ) : (
          <EmptyState title="Not connected">
            Settings are stored by the engine and appear once it answers. The settings below belong to this
            window.
          </EmptyState>
        )}
      </SettingsSearch>
      {search !== '' && (
        <p className="field-help">
          Limits and settings of trading that have “{search}” in their name or meaning. Clear the search for
          all sections.
        </p>
      )}
      {search === '' && <NotificationForm onClose={onClose} />}
      {search === '' && isKnown && <ChannelsSection />}
      {search === '' && isKnown && <BotsSection />}
      {search === '' && isKnown && <BusesSection />}
      {search === '' && isKnown && <IntelligenceSection />}
      {search === '' && <AppearanceForm />}
      {search === '' && <ShortcutForm />}
      {search === '' && <UpdatesSection />}
      {search === '' && isKnown && (
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
        tries="limits"
        onSave={async (changed) => {
          await session.client.call('updateLimits', changed as OperationInput<'updateLimits'>);
          session.refresh();
        }}
      />
      <AmountsForm
        row={RISK_LIMITS.maxOrderQty}
        field="maxOrderQty"
        schema={limitSchemas.shape.maxOrderQty}
        current={limits.maxOrderQty}
        onSave={async (maxOrderQty) => {
          await session.client.call('updateLimits', { maxOrderQty });
          session.refresh();
        }}
      />
      <LimitPresets limits={limits} homeAsset={homeAsset} />
    </div>
  );
}
