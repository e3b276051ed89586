# bpf_object(<name>)
#
# Compiles <name>.bpf.c of the current folder into ${CMAKE_BINARY_DIR}/bpf/<name>.bpf.o:
# BTF is kept (libbpf and the layout tests read it), DWARF is stripped.
#
# bpf_object_list()
#
# After the last of them: writes their names into ${CMAKE_BINARY_DIR}/bpf/objects, which
# Dataplane.Bpf.csproj and the tests read, and adds the target bpf_all.

# Debian ships versions side by side; the newest one that is installed is taken.
find_program(BPF_CLANG NAMES clang-22 clang-19 clang-18 clang-17 clang-16 clang-15 clang-14 clang REQUIRED)
find_program(BPF_STRIP NAMES llvm-strip-22 llvm-strip-19 llvm-strip-18 llvm-strip-17 llvm-strip-16 llvm-strip-15 llvm-strip-14 llvm-strip REQUIRED)

set(BPF_CFLAGS
    -O2 -g -target bpf -mcpu=v3 -std=gnu11
    -Wall -Wextra -Werror -Wno-unused-parameter -Wno-address-of-packed-member -Wno-missing-field-initializers
    -I${CMAKE_SOURCE_DIR}/bpf/include
    # <asm/types.h> of this machine; clang's bpf target has no multiarch path of its own.
    -idirafter /usr/include/${CMAKE_SYSTEM_PROCESSOR}-linux-gnu)

function(bpf_object name)
  set(object ${CMAKE_BINARY_DIR}/bpf/${name}.bpf.o)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/bpf)
  add_custom_command(
    OUTPUT ${object}
    COMMAND ${BPF_CLANG} ${BPF_CFLAGS} -MD -MF ${object}.d -MT ${object}
            -c ${CMAKE_CURRENT_SOURCE_DIR}/${name}.bpf.c -o ${object}
    COMMAND ${BPF_STRIP} -g ${object}
    DEPENDS ${name}.bpf.c
    DEPFILE ${object}.d
    COMMENT "BPF ${name}.bpf.o"
    VERBATIM)
  add_custom_target(bpf_${name} ALL DEPENDS ${object})
  set_property(GLOBAL APPEND PROPERTY DATAPLANE_BPF_OBJECTS ${name})
  set_property(GLOBAL APPEND PROPERTY DATAPLANE_BPF_TARGETS bpf_${name})
endfunction()

function(bpf_object_list)
  get_property(names GLOBAL PROPERTY DATAPLANE_BPF_OBJECTS)
  get_property(targets GLOBAL PROPERTY DATAPLANE_BPF_TARGETS)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/bpf/objects CONTENT "${names}")
  add_custom_target(bpf_all DEPENDS ${targets})
endfunction()
