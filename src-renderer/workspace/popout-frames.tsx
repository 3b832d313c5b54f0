/** What every window with panels has at its top: the mode, the kill switch with its banner, and whether the engine answers. */
import { type ReactNode, useEffect } from 'react';
import { createPortal } from 'react-dom';
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
  useEffect(() => dressPopout(popout, className, title), [popout, className, title]);
  return createPortal(children, popout.head);
}
