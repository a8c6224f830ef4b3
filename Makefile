# A thin front to Meson and Ninja. `make` alone leaves the program at build/waymark.
.PHONY: all run test check lint fuzz bench asan coverage install clean
all: build/build.ninja
	@ninja -C build waymark
build/build.ninja:
	@./setup build
	@meson setup build
run:
	@./start
test: all
	@ninja -C build && test/run suite
check:
	@./check
lint:
	@test/run lint
fuzz:
	@test/run fuzz
bench: all
	@bench/run
asan:
	@test/run asan
coverage:
	@test/run coverage
install: all
	@ninja -C build install
clean:
	@rm -rf build build-*
