/** The application menu. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';

type MenuActions = {
  readonly onKill: () => void;
  readonly onAttach: () => void;
  readonly onUseOwn: () => void;
};

export function setApplicationMenu({ onKill, onAttach, onUseOwn }: MenuActions): void {
  const isMac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: 'Trading',
      // The accelerator is the global shortcut's; registered twice it would fire twice.
      submenu: [
        { label: 'Kill switch', click: onKill },
        { type: 'separator' },
        { label: 'Attach to a remote engine…', click: onAttach },
        { label: 'Use the engine of this machine', click: onUseOwn },
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'reload' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' as const }]),
      ],
    },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
