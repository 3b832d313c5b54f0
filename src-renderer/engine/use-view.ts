import { useEffect, useState } from 'react';
import type { TopicName, TopicParams, TopicView } from '../../src-engine/contract/topics.ts';
import { useSession } from './use-session.ts';

/** A conflated view while a component is subscribed; undefined before its first update. `params`: the same object while they are the same. */
export function useView<N extends TopicName>(topic: N, params: TopicParams<N>): TopicView<N> | undefined {
  const { client } = useSession();
  const [view, setView] = useState<TopicView<N>>();
  useEffect(() => client.subscribe(topic, params, (next) => setView(() => next)), [client, topic, params]);
  return view;
}
