/** What every window with panels has at its top: the mode, the kill switch with its banner, and whether the engine answers. */
import { type ReactNode, useEffect } from 'react';
import { createPortal } from 'react-dom';
import { titleWithReplay, useReplayPages } from '../lib/shown-replay.ts';
import { dressPopout, type Popout, usePopouts } from './popouts.ts';

type Props = {
  /** Classes of the frame: mode, killed, silent. */
  readonly className: string;
  readonly title: string;
  readonly children: ReactNode;
};

export function PopoutFrames(props: Props) {
  const open = usePopouts((popouts) => popouts.open);
  return open.map((popout) => <PopoutFrame key={popout.id} popout={popout} {...props} />);
}

function PopoutFrame({ popout, className, title, children }: Props & { readonly popout: Popout }) {
  const hasReplay = useReplayPages(({ pages }) => pages.has(popout.window.document));
  const named = titleWithReplay(title, hasReplay);
  useEffect(() => dressPopout(popout, className, named), [popout, className, named]);
  return createPortal(children, popout.head);
}
