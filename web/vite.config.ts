import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [
    sveltekit({
      adapter: adapter(),
      csp: {
        mode: 'nonce',
        directives: {
          'default-src': ['self'],
          // The scanner of the door decodes in WebAssembly; this allows no other evaluation.
          'script-src': ['self', 'wasm-unsafe-eval'],
          'style-src': ['self'],
          // A style attribute carries a measured width or a community's checked colour.
          'style-src-attr': ['unsafe-inline'],
          // Organisers' articles show photos that lie elsewhere; other texts are rendered without such pictures.
          'img-src': ['self', 'data:', 'blob:', 'https:'],
          'media-src': ['self', 'blob:'],
          'connect-src': ['self'],
          'font-src': ['self'],
          'worker-src': ['self', 'blob:'],
          'object-src': ['none'],
          'base-uri': ['none'],
          'form-action': ['self'],
          'frame-ancestors': ['none'],
        },
      },
      inlineStyleThreshold: 0,
      // A new build announces itself by the server's restart; open pages need not ask.
      version: { pollInterval: 0 },
    }),
  ],
  environments: {
    // Pages, API, jobs and command line share one module graph and one connection pool.
    ssr: { build: { rolldownOptions: { external: [/^@kaichang\/core/] } } },
  },
})
