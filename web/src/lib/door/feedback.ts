type Colour = 'green' | 'amber' | 'red'

/** Two rising tones, one level, two falling: told apart in a noisy hall without looking. */
const TONES: Record<Colour, readonly number[]> = { green: [660, 990], amber: [520, 520], red: [300, 200] }
const BUZZES: Record<Colour, number[]> = { green: [60], amber: [60, 80, 60], red: [220, 80, 220] }

let audio: AudioContext | undefined

/** Sound and vibration for an answer; silently nothing where the device has neither. */
export function signal(colour: Colour, sound: boolean): void {
  navigator.vibrate?.(BUZZES[colour])
  if (!sound || !('AudioContext' in window)) return
  audio ??= new AudioContext()
  void audio.resume()
  for (const [i, frequency] of TONES[colour].entries()) {
    const begin = audio.currentTime + i * 0.14
    const tone = audio.createOscillator()
    const volume = audio.createGain()
    tone.frequency.value = frequency
    tone.type = colour === 'red' ? 'square' : 'sine'
    volume.gain.setValueAtTime(0.18, begin)
    volume.gain.exponentialRampToValueAtTime(0.001, begin + 0.13)
    tone.connect(volume).connect(audio.destination)
    tone.start(begin)
    tone.stop(begin + 0.14)
  }
}
