(function () {
  const id = "@id", name = "@name", figure = @figure, packed = "@packed";
  // One library for all figures of a page, whichever of them comes first.
  function library() {
    return window[name] ??= (async function () {
      const bytes = Uint8Array.from(atob(packed), c => c.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      const text = await new Response(stream).text();
      // A module of its own: it neither replaces the page's Plotly nor registers with a module loader.
      const script = document.createElement("script");
      script.textContent = "(function (module, define) { var exports = module.exports; " + text +
        "\nwindow." + name + "Module = module.exports; })({ exports: {} });";
      document.head.appendChild(script);
      script.remove();
      return window[name + "Module"];
    })();
  }
  async function draw() {
    for (const place of document.querySelectorAll('[data-lab-figure="' + id + '"]:not([data-drawn])')) {
      place.dataset.drawn = "yes";
      try {
        const plotly = await library();
        place.textContent = "";
        await plotly.newPlot(place, figure.data, figure.layout, { responsive: true, displaylogo: false });
      } catch (error) {
        place.textContent = "The chart could not be drawn: " + error;
      }
    }
  }
  draw();
})();
