/** What runs this window: a browser, or the desktop with its own engine or with one elsewhere. */
import { create } from 'zustand';
import { isLoopback } from '../../src-engine/contract/engine-address.ts';
import {
  type UpdateRequest,
  type UpdateState,
  UPDATES_OFF,
} from '../../src-engine/contract/update-records.ts';
import type { Problem } from '../../src-engine/domain/errors.ts';

/** What the preload offers: the shapes of src-main/channels.ts. */
export type DesktopHost = {
  readonly kind: 'desktop';
  readonly version: string;
  readonly onState: (listener: (state: { engine: string; trouble: string }) => void) => void;
  readonly onAsk: (listener: (address: string) => void) => void;
  readonly askForPort: () => void;
  readonly attachEngine: (request: {
    address: string;
    token: string;
    keep: boolean;
  }) => Promise<Problem | null>;
  readonly noteAlert: (note: { title: string; body: string }) => void;
  readonly setNotes: (prefs: { notes: boolean; sounds: boolean }) => void;
  readonly onOpened: (listener: (file: { name: string; problem: string }) => void) => void;
  readonly onUpdates: (listener: (state: UpdateState) => void) => void;
  readonly askUpdates: (request: UpdateRequest) => void;
  readonly returnToOwnEngine: () => void;
};

declare global {
  interface Window {
    /** On the desktop alone. */
    readonly parallaxHost?: DesktopHost;
  }
}

type HostStore = {
  /** Host name of an engine that is not on this machine; empty: it is. */
  readonly engine: string;
  /** Why there is no connection to it; empty: there is one, or its state is not known. */
  readonly trouble: string;
  /** The address with which the form that asks for an engine begins; null: it is not asked for. */
  readonly asked: string | null;
  readonly desktop: DesktopHost | null;
  readonly updates: UpdateState;
  readonly ask: (address: string | null) => void;
};

export const useHost = create<HostStore>()((set) => ({
  engine: '',
  trouble: '',
  asked: null,
  desktop: null,
  updates: UPDATES_OFF,
  ask: (asked) => set({ asked }),
}));

/** Once, before the session begins. */
export function watchHost(page: Window): void {
  const { parallaxHost: desktop } = page;
  if (desktop?.kind !== 'desktop') {
    // A proxy or a tunnel under another name serves an engine that is not here.
    useHost.setState({ engine: isLoopback(page.location.hostname) ? '' : page.location.host });
    return;
  }
  useHost.setState({ desktop });
  desktop.onState((state) => useHost.setState(state));
  desktop.onUpdates((updates) => useHost.setState({ updates }));
  desktop.onAsk((asked) => useHost.setState({ asked }));
}
