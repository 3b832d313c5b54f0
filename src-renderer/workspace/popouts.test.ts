import { expect, it } from 'vitest';
import { dressPopout, type Popout } from './popouts.ts';

it('names the panel in front before the mode in the title of its window, and follows it until the end', () => {
  const listeners = new Set<() => void>();
  const group = {
    activePanel: { title: 'Book' } as { title: string } | undefined,
    api: {
      onDidActivePanelChange: (listener: () => void) => {
        listeners.add(listener);
        return { dispose: () => listeners.delete(listener) };
      },
    },
  };
  const page = { title: 'Parallax' };
  const frame = { className: '' };
  const popout = { frame, group, window: { document: page } } as unknown as Popout;
  const end = dressPopout(popout, 'app mode-paper', 'SIMULATED MARKET · PAPER · Parallax');
  expect(page.title).toBe('Book · SIMULATED MARKET · PAPER · Parallax');
  expect(frame.className).toBe('app mode-paper popout');
  group.activePanel = { title: 'Chart' };
  for (const listener of listeners) listener();
  expect(page.title).toBe('Chart · SIMULATED MARKET · PAPER · Parallax');
  group.activePanel = undefined;
  for (const listener of listeners) listener();
  expect(page.title).toBe('SIMULATED MARKET · PAPER · Parallax');
  end();
  expect(listeners.size).toBe(0);
});
