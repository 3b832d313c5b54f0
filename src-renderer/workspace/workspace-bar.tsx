/** Layouts side by side, and the menu of panels. */
import { ChevronDown, LayoutPanelLeft, RotateCcw, Save, Trash2 } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { Dialog } from '../components/dialog.tsx';
import { Menu, MenuItem, MenuLabel } from '../components/menu.tsx';
import { Strip } from '../features/strip/strip.tsx';
import { LayoutFileButtons } from './layout-file-buttons.tsx';
import { nameProblem } from './layout-store.ts';
import { PANEL_GROUPS, PANEL_KINDS, panelSpec } from './panels.tsx';
import {
  chooseLayout,
  deleteLayout,
  isDefaultLayout,
  openPanel,
  resetLayout,
  saveLayoutAs,
  useWorkspace,
} from './workspace-store.ts';

export function WorkspaceBar() {
  const { names, current } = useWorkspace();
  const [saving, setSaving] = useState(false);
  return (
    <nav className="workspace-bar" aria-label="Layouts">
      {names.map((name, k) => (
        <button
          key={name}
          type="button"
          className="layout-button"
          aria-pressed={name === current}
          title={k < 9 ? `Alt+${k + 1}` : undefined}
          onClick={() => chooseLayout(name)}
        >
          {name}
        </button>
      ))}
      <button
        type="button"
        className="tab-button"
        title="Save as a new layout; export and import layouts"
        onClick={() => setSaving(true)}
      >
        <Save size={12} aria-hidden="true" />
        <span className="visually-hidden">Save layout as…</span>
      </button>
      {isDefaultLayout(current) ? (
        <button
          type="button"
          className="tab-button"
          title={`Reset “${current}” to its default`}
          onClick={resetLayout}
        >
          <RotateCcw size={12} aria-hidden="true" />
          <span className="visually-hidden">Reset layout</span>
        </button>
      ) : (
        <button
          type="button"
          className="tab-button"
          title={`Delete the layout “${current}”`}
          onClick={() => deleteLayout(current)}
        >
          <Trash2 size={12} aria-hidden="true" />
          <span className="visually-hidden">Delete layout</span>
        </button>
      )}
      <Strip />
      <Menu
        label={
          <>
            <LayoutPanelLeft size={12} aria-hidden="true" /> Panels{' '}
            <ChevronDown size={11} aria-hidden="true" />
          </>
        }
      >
        {PANEL_GROUPS.map((group) => {
          const kinds = PANEL_KINDS.filter((kind) => panelSpec(kind).group === group);
          return kinds.length === 0 ? null : (
            <div key={group} role="group" aria-label={group}>
              <MenuLabel>{group}</MenuLabel>
              {kinds.map((kind) => {
                const { title, about, icon: Icon, several = false } = panelSpec(kind);
                return (
                  <MenuItem key={kind} hint={about} onChoose={() => openPanel(kind, several)}>
                    <Icon size={13} aria-hidden="true" /> {title}
                  </MenuItem>
                );
              })}
            </div>
          );
        })}
      </Menu>
      {saving && <SaveDialog onClose={() => setSaving(false)} />}
    </nav>
  );
}

function SaveDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const fieldId = useId();
  const problem = nameProblem(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem !== '') return;
    saveLayoutAs(name);
    onClose();
  };
  return (
    <Dialog title="Save layout" kind="box" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <label htmlFor={fieldId}>Name of the layout</label>
        <input
          id={fieldId}
          className="input"
          value={name}
          aria-describedby={`${fieldId}-problem`}
          onChange={(event) => setName(event.target.value)}
        />
        <p id={`${fieldId}-problem`} className="field-problem" role="status">
          {name === '' ? '' : problem}
        </p>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={problem !== ''}>
            Save
          </button>
        </div>
      </form>
      <p className="field-help">A file holds all layouts, and the columns and filters of their tables.</p>
      <LayoutFileButtons onDone={onClose} />
    </Dialog>
  );
}
