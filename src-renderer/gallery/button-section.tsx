import { LoaderCircle, OctagonX, Play, Settings } from 'lucide-react';
import type { ReactNode } from 'react';
import { CopyButton } from '../components/copy-button.tsx';
import { Section, Specimen } from './specimen.tsx';

const KINDS: readonly { readonly name: string; readonly look: string; readonly face: ReactNode }[] = [
  { name: 'plain', look: 'button', face: 'Compare' },
  { name: 'primary', look: 'button button-primary', face: 'Save' },
  { name: 'danger', look: 'button button-danger', face: 'Re-arm' },
  {
    name: 'warn',
    look: 'button button-warn',
    face: (
      <>
        <Play size={14} aria-hidden="true" /> Resume
      </>
    ),
  },
  { name: 'large', look: 'button button-primary button-large', face: 'Go' },
  { name: 'bar', look: 'bar-button', face: 'Record' },
  { name: 'tab', look: 'tab-button', face: 'Older' },
  { name: 'layout', look: 'layout-button', face: 'Monitor' },
  { name: 'link', look: 'link-button', face: 'Again' },
  { name: 'icon', look: 'icon-button', face: <Settings size={16} aria-hidden="true" /> },
  {
    name: 'kill',
    look: 'kill-button',
    face: (
      <>
        <OctagonX size={16} aria-hidden="true" /> KILL
      </>
    ),
  },
];

const STATES = [
  { name: 'rest', look: '' },
  { name: 'hover', look: 'is-hover' },
  { name: 'focus', look: 'is-focus' },
] as const;

export function ButtonSection() {
  return (
    <Section title="Buttons">
      <table className="gallery-grid">
        <thead>
          <tr>
            <th scope="col">kind</th>
            {[...STATES.map(({ name }) => name), 'disabled', 'busy'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {KINDS.map(({ name, look, face }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {STATES.map((state) => (
                <td key={state.name}>
                  <button
                    type="button"
                    className={`${look} ${state.look}`}
                    {...(name === 'icon' ? { 'aria-label': 'Settings' } : {})}
                  >
                    {face}
                  </button>
                </td>
              ))}
              <td>
                <button
                  type="button"
                  className={look}
                  disabled
                  {...(name === 'icon' ? { 'aria-label': 'Settings' } : {})}
                >
                  {face}
                </button>
              </td>
              <td>
                <button
                  type="button"
                  className={look}
                  disabled
                  aria-busy="true"
                  {...(name === 'icon' ? { 'aria-label': 'Settings' } : {})}
                >
                  <LoaderCircle size={13} aria-hidden="true" />
                  {look.startsWith('icon') ? null : '…'}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Specimen name="pressed, link groups, copy">
        <div className="gallery-row">
          <button type="button" className="layout-button" aria-pressed="true">
            Trade
          </button>
          {(['A', 'B', 'C', 'D'] as const).map((link) => (
            <button key={link} type="button" className={`link-chip link-${link}`}>
              {link}
            </button>
          ))}
          <CopyButton label="Copy something" text="something" />
          <kbd>Ctrl+K</kbd>
        </div>
      </Specimen>
    </Section>
  );
}
