import { BookOpen, Layers, Plus } from 'lucide-react';
import { useState } from 'react';
import { Dialog, DialogFrame } from '../components/dialog.tsx';
import { MenuItem, MenuLabel } from '../components/menu.tsx';
import { Driven, Section, Specimen } from './specimen.tsx';

const nothing = () => undefined;

/** The two kinds lie in the page here; the buttons open them as they are. */
export function DialogSection() {
  const [open, setOpen] = useState<'box' | 'drawer' | null>(null);
  return (
    <Section title="Dialogs">
      <div className="dialog gallery-dialog">
        <DialogFrame title="Re-arm trading" titleId="gallery-box" onClose={nothing}>
          <p>The venue shows no open order. Re-arming lets the engine trade again.</p>
          <div className="form-actions">
            <button type="button" className="button" onClick={() => setOpen('box')}>
              Open a box
            </button>
            <button type="button" className="button" onClick={() => setOpen('drawer')}>
              Open a drawer
            </button>
          </div>
        </DialogFrame>
      </div>
      {open !== null && (
        <Dialog title={`A ${open}`} kind={open} onClose={() => setOpen(null)}>
          <p>Escape closes it, and the focus returns to its place.</p>
        </Dialog>
      )}
    </Section>
  );
}

export function MenuSection() {
  return (
    <Section title="Menus">
      <Specimen name="open: a choice at rest, under the pointer, with a hint">
        <div className="menu-list gallery-menu" role="menu" aria-label="Panels">
          <MenuLabel>Market</MenuLabel>
          <MenuItem hint="The ladder of one instrument" onChoose={nothing}>
            <BookOpen size={13} aria-hidden="true" /> Book
          </MenuItem>
          <Driven drive={(host) => host.querySelector('.menu-item')?.classList.add('is-hover')}>
            <MenuItem hint="The book over time as a heatmap" onChoose={nothing}>
              <Layers size={13} aria-hidden="true" /> Depth
            </MenuItem>
          </Driven>
          <MenuItem onChoose={nothing}>
            <Plus size={13} aria-hidden="true" /> Without a hint
          </MenuItem>
        </div>
      </Specimen>
    </Section>
  );
}
