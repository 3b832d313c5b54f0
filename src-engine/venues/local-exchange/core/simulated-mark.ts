/** Header of every HTTP answer, by which a client knows that this is not a real venue. */
export const SIMULATED_HEADER = 'x-parallax-simulated';
