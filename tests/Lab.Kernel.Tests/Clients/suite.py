"""Jupyter's own conformance suite, run against the kernel named in LAB_KERNEL."""
import os
import unittest

import jupyter_kernel_test


class CSharpKernel(jupyter_kernel_test.KernelTests):
    kernel_name = os.environ["LAB_KERNEL"]
    language_name = "C#"
    file_extension = ".cs"
    code_hello_world = 'Console.WriteLine("hello, world");'
    code_stderr = 'Console.Error.WriteLine("oh no");'
    code_generate_error = "throw new InvalidOperationException();"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": 'string.Concat("a", "b")', "result": "ab"},
        {"code": "new[] { 1, 2 }", "result": "[1, 2]"},
    ]
    code_display_data = [{"code": '"shown".Display();', "mime": "text/plain"}]
    code_clear_output = "ClearOutput();"
    code_history_pattern = "6*"
    supported_history_operations = ("tail", "range", "search")
    complete_code_samples = ["1 + 1", "var x = 1;", "int F(int n)\n{\n    return n;\n}", "#!import kit.csx"]
    incomplete_code_samples = ["int F(int n)\n{", "var x =", "new[] { 1,", 'var s = """\n  text']
    invalid_code_samples = ["var x = );", "int 3x = 1;"]
    completion_samples = [
        {"text": "Console.ReadL", "matches": {"ReadLine"}},
        {"text": "Math.Sqr", "matches": {"Sqrt"}},
    ]
    code_inspect_sample = "Math.Sqrt"


if __name__ == "__main__":
    unittest.main(verbosity=2)
