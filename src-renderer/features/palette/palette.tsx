/** Ctrl+K: everything that this window and the engine can do, by a few letters of its name. */
import { Command } from 'cmdk';
import { type ReactNode, useState } from 'react';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import { type OperationName, operations } from '../../../src-engine/contract/operations.ts';
import { Dialog } from '../../components/dialog.tsx';
import { useHost } from '../../engine/host.ts';
import { useIsViewer, useReplica, useSession } from '../../engine/use-session.ts';
import type { OpenDialog } from '../../use-shortcuts.ts';
import { THEMES, usePrefs } from '../../lib/prefs.ts';
import { loadLayoutFile, saveLayoutFile } from '../../workspace/layout-file-buttons.tsx';
import { instrumentKey, useLinks } from '../../workspace/links.ts';
import { PANEL_KINDS, panelSpec } from '../../workspace/panels.tsx';
import {
  chooseLayout,
  openPanel,
  resetLayout,
  toggleMaximized,
  useWorkspace,
} from '../../workspace/workspace-store.ts';
import { OperationForm } from './operation-form.tsx';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { fitOf, operationTitle } from './palette-words.ts';

const NONE: readonly InstrumentRecord[] = [];
const OPERATIONS = Object.keys(operations).sort() as OperationName[];
/** Instruments that are listed at once; the letters that are typed bring the others. */
const MAX_INSTRUMENTS = 400;

/** Between the title of a line and what else finds it. */
const PARTS = '\u0000';

const fit = (value: string, typed: string, keywords: readonly string[] = []): number => {
  const [title = '', more = ''] = value.split(PARTS);
  return fitOf(title, `${more} ${keywords.join(' ')}`, typed);
};

const PAGES = [
  { dialog: 'settings', name: 'Settings', keys: ',' },
  { dialog: 'hand', name: 'Trade by hand: take, cancel orders, flatten, pause a venue', keys: 'b' },
  { dialog: 'live', name: 'Live trading', keys: 'l' },
  { dialog: 'risk', name: 'Risk', keys: 'r' },
  { dialog: 'account', name: 'Account', keys: 'a' },
  { dialog: 'health', name: 'Engine health', keys: 'h' },
  { dialog: 'help', name: 'Shortcuts and glossary', keys: '?' },
] as const satisfies readonly { dialog: OpenDialog; name: string; keys: string }[];

type PaletteProps = {
  readonly onClose: () => void;
  readonly onOpen: (dialog: OpenDialog) => void;
};

export function Palette({ onClose, onOpen }: PaletteProps) {
  const [op, setOp] = useState<OperationName | null>(null);
  return (
    <Dialog title={op === null ? 'Commands' : operationTitle(op)} kind="box" onClose={onClose}>
      {op === null ? (
        <Choices onClose={onClose} onOpen={onOpen} onOperation={setOp} />
      ) : (
        <OperationForm op={op} onBack={() => setOp(null)} />
      )}
    </Dialog>
  );
}

function Choices({
  onClose,
  onOpen,
  onOperation,
}: PaletteProps & { readonly onOperation: (op: OperationName) => void }) {
  const layouts = useWorkspace((state) => state.names);
  const instruments = useReplica((replica) => replica.instruments) ?? NONE;
  const isViewer = useIsViewer();
  const session = useSession();
  const status = useReplica((replica) => replica.status);
  const shown = usePrefs((prefs) => prefs.theme);
  const change = usePrefs((prefs) => prefs.change);
  const desktop = useHost((host) => host.desktop);
  const mayCall = OPERATIONS.filter((name) => !isViewer || operations[name].role === 'viewer');
  const choose = useLinks((links) => links.choose);
  const act = (does: () => unknown) => () => {
    onClose();
    does();
  };
  return (
    <Command className="palette" label="Commands" filter={fit}>
      <Command.Input className="input palette-input" placeholder="Type a command…" data-autofocus />
      <Command.List className="palette-list">
        <Command.Empty className="empty-state">No command matches.</Command.Empty>
        <Group name="Go to">
          {PAGES.map(({ dialog, name, keys }) => (
            <Item key={dialog} name={name} keys={keys} onChoose={() => onOpen(dialog)} />
          ))}
          <Item name="Maximise or restore the panel" keys="m" onChoose={act(toggleMaximized)} />
          {status !== undefined && status.profile !== null && !isViewer && (
            <Item
              name={status.recording === null ? 'Start recording' : 'Stop recording'}
              onChoose={act(() =>
                status.recording === null
                  ? session.run('Recording did not start', 'startRecording', {})
                  : session.run('Recording did not stop', 'stopRecording', {}),
              )}
            />
          )}
          {THEMES.filter((theme) => theme !== shown).map((theme) => (
            <Item
              key={theme}
              name={
                theme === 'system'
                  ? 'Theme of this machine'
                  : `${theme.charAt(0).toUpperCase()}${theme.slice(1)} theme`
              }
              onChoose={act(() => change({ theme }))}
            />
          ))}
          {desktop !== null && (
            <Item name="Attach to a remote engine" onChoose={act(() => useHost.getState().ask(''))} />
          )}
          {desktop !== null && (
            <Item name="Use the engine of this machine" onChoose={act(() => desktop.returnToOwnEngine())} />
          )}
        </Group>
        <Group name="Panels">
          {PANEL_KINDS.map((kind) => {
            const { title, about, several = false } = panelSpec(kind);
            return (
              <Item
                key={kind}
                name={`Open ${title}`}
                hint={about}
                onChoose={act(() => openPanel(kind, several))}
              />
            );
          })}
        </Group>
        <Group name="Layouts">
          {layouts.map((name) => (
            <Item key={name} name={`Layout ${name}`} onChoose={act(() => chooseLayout(name))} />
          ))}
          <Item name="Reset the layout" onChoose={act(resetLayout)} />
          <Item name="Export all layouts to a file" onChoose={act(saveLayoutFile)} />
          <Item name="Import layouts from a file" onChoose={act(() => loadLayoutFile(session))} />
        </Group>
        <Group name="Operations of the engine">
          {mayCall.map((name) => (
            <Item
              key={name}
              name={operationTitle(name)}
              known={name}
              hint={operations[name].summary}
              keys={operations[name].changes ? 'changes' : 'asks'}
              onChoose={() => onOperation(name)}
            />
          ))}
        </Group>
        <Group name="Instruments of link group A">
          {instruments.slice(0, MAX_INSTRUMENTS).map((instrument) => (
            <Item
              key={instrument.id}
              name={instrument.symbol}
              hint={venueTitle(instrument.venue)}
              onChoose={act(() => choose('A', instrumentKey(instrument)))}
            />
          ))}
        </Group>
      </Command.List>
    </Command>
  );
}

function Group({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <Command.Group heading={name} className="palette-group">
      {children}
    </Command.Group>
  );
}

function Item({
  name,
  hint,
  known,
  keys,
  onChoose,
}: {
  readonly name: string;
  readonly hint?: string;
  /** Another name that finds it: the API's. */
  readonly known?: string;
  readonly keys?: string;
  readonly onChoose: () => void;
}) {
  return (
    <Command.Item
      className="palette-item"
      value={`${name}${PARTS}${hint ?? ''}`}
      keywords={known === undefined ? [] : [known]}
      onSelect={onChoose}
    >
      <span className="palette-name">{name}</span>
      {hint !== undefined && <span className="palette-hint">{hint}</span>}
      {keys !== undefined && <kbd>{keys}</kbd>}
    </Command.Item>
  );
}
