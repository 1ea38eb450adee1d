/** Two short tones, made here: nothing is fetched. Without a sound card nothing is heard, and nothing breaks. */
export function alarmSound(): void {
  const context = new AudioContext();
  toneStartsS.forEach((startS, index) => {
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    const at = context.currentTime + startS;
    oscillator.frequency.value = toneHz[index] ?? 880;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(loudness, at + 0.02);
    gain.gain.setTargetAtTime(0, at + 0.12, 0.04);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(at);
    oscillator.stop(at + 0.4);
  });
  setTimeout(() => void context.close(), soundMs);
}

const toneStartsS = [0, 0.22] as const;
const toneHz = [880, 1175] as const;
const loudness = 0.25;
const soundMs = 1500;
