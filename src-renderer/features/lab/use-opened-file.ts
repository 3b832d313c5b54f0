/** A recording that the system opened with Parallax comes to the front in the lab, chosen; why one is none is shown. */
import { useEffect } from 'react';
import { useHost } from '../../engine/host.ts';
import { useSession } from '../../engine/use-session.ts';
import { useWanted } from '../../workspace/wanted.ts';
import { useLab } from './lab-store.ts';

export function useOpenedFile(): void {
  const session = useSession();
  const desktop = useHost((host) => host.desktop);
  useEffect(() => {
    desktop?.onOpened(({ name, problem }) => {
      if (name === '') {
        return session.showProblem('The file was not opened', { code: 'not-opened', message: problem });
      }
      useLab.getState().openRecording(name);
      useWanted.getState().want('lab');
    });
  }, [desktop, session]);
}
