// How loud the microphone hears: one <meter>, ten times a second, while it is open.
let context = null, ear = null, beat = 0;

export const show = (stream) => {
  hide();
  context ??= new AudioContext();
  context.resume();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  ear = context.createMediaStreamSource(stream);
  ear.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  beat = setInterval(() => {
    const needle = document.querySelector("#level");
    if (!needle) return;
    analyser.getFloatTimeDomainData(samples);
    const loudness = Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
    needle.value = Math.min(1, Math.max(0, 1 + Math.log10(loudness + 1e-5) / 2.5)); // -50 dB to 0 dB
  }, 100);
};
export const hide = () => {
  clearInterval(beat);
  ear?.disconnect();
  ear = null;
  const needle = document.querySelector("#level");
  if (needle) needle.value = 0;
};
